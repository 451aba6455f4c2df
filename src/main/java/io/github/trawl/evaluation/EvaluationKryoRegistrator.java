package io.github.trawl.evaluation;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.sql.types.ArrayType;

/** Registers the classes that evaluations send between processes. */
public final class EvaluationKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(WorkUnit.JobUnits.class, new JavaSerializer());
    kryo.register(WorkUnit.UnitReplies.class, new JavaSerializer());
    // Part of the schema of ExamplesFile; Spark registers the schema's other types itself.
    kryo.register(ArrayType.class, new JavaSerializer());
  }
}
