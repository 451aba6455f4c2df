package io.github.trawl.solve;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;

/** Registers what solved stacks send between processes. */
public final class SolveKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(StackTask.Outcome.class, new JavaSerializer());
  }
}
