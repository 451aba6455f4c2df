package io.github.trawl.evaluation;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.denoise.DenoiseKryoRegistrator;

/** Registers what evaluations send besides what denoise jobs send. */
public final class EvaluationKryoRegistrator extends DenoiseKryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    super.registerClasses(kryo);
    kryo.register(WorkUnit.All.class, new JavaSerializer());
    kryo.register(WorkUnit.Answers.class, new JavaSerializer());
  }
}
