package io.github.trawl.solve;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;

/** Registers with Kryo the classes of this package that are sent between processes. */
public final class SolveKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(StackTask.Outcome.class, new JavaSerializer());
  }
}
