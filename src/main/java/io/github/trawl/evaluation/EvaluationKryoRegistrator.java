package io.github.trawl.evaluation;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.sql.types.ArrayType;

/** Registers what evaluations send between processes. */
public final class EvaluationKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(WorkUnit.All.class, new JavaSerializer());
    kryo.register(WorkUnit.Answers.class, new JavaSerializer());
    // In the schema of the examples, of which Spark registers all other types itself.
    kryo.register(ArrayType.class, new JavaSerializer());
  }
}
