package io.github.trawl.denoise;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.solve.StackResult;
import org.apache.spark.serializer.KryoRegistrator;

/** Registers with Kryo the results that tasks of the denoise job return. */
public final class DenoiseKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(ShardTask.Result.class, new JavaSerializer());
    kryo.register(StackResult.class, new JavaSerializer());
  }
}
