package io.github.trawl.denoise;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.distributed.TrawlKryoRegistrator;

/** Registers what the denoise job sends besides what distributed solves send. */
public class DenoiseKryoRegistrator extends TrawlKryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    super.registerClasses(kryo);
    kryo.register(StackResult.class, new JavaSerializer());
    kryo.register(ShardTask.Result.class, new JavaSerializer());
  }
}
