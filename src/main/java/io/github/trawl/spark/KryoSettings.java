package io.github.trawl.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;

/**
 * Spark's settings by which objects are sent between the processes of a job: by Kryo, with our
 * classes registered.
 */
public final class KryoSettings {
  /** The class names of our registrators; each registers what jobs of its package send. */
  public static final List<String> REGISTRATORS =
      List.of(
          "io.github.trawl.distributed.DistributedKryoRegistrator",
          "io.github.trawl.solve.SolveKryoRegistrator",
          "io.github.trawl.denoise.DenoiseKryoRegistrator",
          "io.github.trawl.evaluation.EvaluationKryoRegistrator");

  private static final String SERIALIZER = "spark.serializer";
  private static final String REGISTRATOR = "spark.kryo.registrator";

  private KryoSettings() {}

  /**
   * Returns a value of {@code spark.kryo.registrator} that names our registrators and no others.
   */
  public static String registrators() {
    return String.join(",", REGISTRATORS);
  }

  /**
   * Takes Kryo as the serializer unless another one is set, and adds our registrators to those that
   * {@code conf} names already.
   *
   * @return {@code conf}
   */
  public static SparkConf apply(SparkConf conf) {
    conf.setIfMissing(SERIALIZER, KryoSerializer.class.getName());
    List<String> names = new ArrayList<>();
    Arrays.stream(conf.get(REGISTRATOR, "").split(","))
        .map(String::trim)
        .filter(name -> !name.isEmpty())
        .forEach(names::add);
    REGISTRATORS.stream().filter(name -> !names.contains(name)).forEach(names::add);
    return conf.set(REGISTRATOR, String.join(",", names));
  }
}
