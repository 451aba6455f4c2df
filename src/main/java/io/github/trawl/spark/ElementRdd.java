package io.github.trawl.spark;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * An RDD with one element in each partition. An element is sent only with the task of its
 * partition, whereas a function that refers to a list of all elements would send the whole list
 * with each task. Elements are sent by Java's own serialisation, whatever Spark's serializer is.
 */
final class ElementRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  /**
   * The bytes of the elements. Only the driver has them, since each partition is sent with its own
   * element.
   */
  private final transient List<byte[]> elements;

  /**
   * @param elements the bytes of each element, from {@link ElementBytes}
   */
  ElementRdd(SparkContext spark, List<byte[]> elements) {
    super(
        spark,
        CollectionConverters.asScala(List.<Dependency<?>>of()).toSeq(),
        ElementRdd.<T>anyClass());
    this.elements = elements;
  }

  @SuppressWarnings("ArrayRecordComponent") // Read by Spark, never changed.
  private record ElementPartition(int index, byte[] element) implements Partition {}

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[elements.size()];
    for (int index = 0; index < partitions.length; index++) {
      partitions[index] = new ElementPartition(index, elements.get(index));
    }
    return partitions;
  }

  @Override
  public Iterator<T> compute(Partition split, TaskContext context) {
    // Spark's closure serializer always uses Java's serialisation, as ElementBytes does.
    T element =
        SparkEnv.get()
            .closureSerializer()
            .newInstance()
            .deserialize(
                ByteBuffer.wrap(((ElementPartition) split).element()),
                Thread.currentThread().getContextClassLoader(),
                ElementRdd.<T>anyClass());
    return CollectionConverters.asScala(List.of(element).iterator());
  }

  private static <T> ClassTag<T> anyClass() {
    return ClassTag$.MODULE$.apply(Object.class);
  }
}
