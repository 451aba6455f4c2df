package io.github.trawl.distributed;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.spark.JavaSerialized;
import org.apache.spark.serializer.KryoRegistrator;
import scala.Tuple2;

/**
 * Registers with Kryo the classes that jobs of this package send between processes, so that the
 * jobs also run with {@code spark.kryo.registrationRequired=true}.
 *
 * <p>Small records use Java's own serialisation, since Kryo cannot set their final fields. Where a
 * user's session has Kryo without this registrator, the {@code DefaultSerializer} that a record
 * names applies.
 */
public class DistributedKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(BlockTask.class, new JavaSerializer());
    kryo.register(JavaSerialized.class, new JavaSerializer());
    kryo.register(BlockRange.class, new JavaSerializer());
    kryo.register(BlockRange[].class);
    kryo.register(IterationInput.class, new JavaSerializer());
    kryo.register(TreeSum.Part.class, new JavaSerializer());
    kryo.register(RowResult.class, new JavaSerializer());
    kryo.register(ColumnPartial.class, new ColumnPartialSerializer());
    kryo.register(ColumnPanel.class, new ColumnPanelSerializer());
    kryo.register(ColumnPanel[].class);
    kryo.register(double[][].class);
    kryo.register(float[][].class);
    kryo.register(Integer[].class);
    kryo.register(Double[].class);
    kryo.register(Object[].class);
    kryo.register(String[].class);
    kryo.register(Tuple2[].class);
  }
}
