package io.github.trawl.distributed;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpKernels;
import org.apache.spark.serializer.KryoRegistrator;
import scala.Tuple2;

/**
 * Registers what our jobs send between processes, so that they run with {@code
 * spark.kryo.registrationRequired=true}.
 *
 * <p>Records go by Java's own serialisation: Kryo cannot set their final fields. Their bulk is
 * primitive arrays, where both are a copy.
 */
public class TrawlKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(CpKernels.RowSums.class, new JavaSerializer());
    kryo.register(CpKernels.RowSums[].class);
    kryo.register(ColumnPanel.class, new JavaSerializer());
    kryo.register(ColumnPanel[].class);
    kryo.register(RowUpdate.class, new JavaSerializer());
    kryo.register(double[][].class);
    kryo.register(float[][].class);
    kryo.register(Integer[].class);
    kryo.register(Double[].class);
    kryo.register(Object[].class);
    kryo.register(String[].class);
    kryo.register(Tuple2[].class);
  }
}
