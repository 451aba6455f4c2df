package io.github.trawl.denoise;

import io.github.trawl.checkpoint.DType;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Spark in this process and a small model. */
abstract class DenoiseFixture {
  static JavaSparkContext spark;

  @TempDir Path directory;
  Path model;

  @BeforeAll
  static void startSpark() {
    spark = DenoiseRuns.spark();
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @BeforeEach
  void writeModel() throws IOException {
    model = directory.resolve("model");
    TinyModel.write(model, DType.F32);
  }
}
