package io.github.trawl.denoise;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.solve.StackResult;
import org.apache.spark.serializer.KryoRegistrator;

/** Registers what the denoise job sends between processes. */
public final class DenoiseKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(ShardTask.Result.class, new JavaSerializer());
    kryo.register(StackResult.class, new JavaSerializer());
  }
}
