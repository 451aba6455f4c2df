package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoRegistrator;
import org.junit.jupiter.api.Test;

class KryoSettingsTest {
  private static final Path SOURCES = Path.of("src/main/java");

  @Test
  void namesEveryRegistratorThatThereIs() throws IOException {
    List<String> written;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      written =
          files
              .map(file -> SOURCES.relativize(file).toString())
              .filter(name -> name.endsWith("KryoRegistrator.java"))
              .map(name -> name.replace(".java", "").replace('/', '.'))
              .toList();
    }
    assertThat(KryoSettings.REGISTRATORS).containsExactlyInAnyOrderElementsOf(written);
    assertThat(KryoSettings.REGISTRATORS)
        .allSatisfy(name -> assertThat(Class.forName(name)).isAssignableTo(KryoRegistrator.class));
  }

  @Test
  void addsThemToThoseOfTheUser() {
    SparkConf conf = new SparkConf(false).set("spark.kryo.registrator", "org.example.Own");
    KryoSettings.apply(KryoSettings.apply(conf));
    assertThat(conf.get("spark.kryo.registrator"))
        .isEqualTo("org.example.Own," + String.join(",", KryoSettings.REGISTRATORS));
    assertThat(conf.get("spark.serializer")).endsWith("KryoSerializer");
  }

  @Test
  void leavesTheSerializerOfTheUser() {
    SparkConf conf = new SparkConf(false).set("spark.serializer", "org.example.Other");
    assertThat(KryoSettings.apply(conf).get("spark.serializer")).isEqualTo("org.example.Other");
  }
}
