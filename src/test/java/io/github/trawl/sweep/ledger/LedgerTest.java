package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir private Path folder;

  private Path root() {
    return folder.resolve("out");
  }

  @Test
  void remembersUnits() {
    try (Ledger ledger = Units.open(root())) {
      for (int i = 0; i < 6; i++) {
        assertThat(ledger.isDone(Units.key(i))).isFalse();
        assertThat(ledger.find(Units.key(i))).isEmpty();
        ledger.add(Units.unit(i));
        assertThat(ledger.isDone(Units.key(i))).isTrue();
      }
      check(ledger);
    }
    try (Ledger again = Units.open(root())) {
      check(again);
    }
    check(Units.read(root()));
  }

  private static void check(LedgerView ledger) {
    assertThat(ledger.find(Units.key(4))).contains(Units.unit(4));
    assertThat(ledger.isDone(Units.key(6))).isFalse();
    assertThat(ledger.keys("solve")).containsExactlyInAnyOrder(Units.key(0), Units.key(3));
    assertThat(ledger.keys("other")).isEmpty();
    assertThat(Units.all(ledger)).isEqualTo(Units.numbered(6));
    assertThat(ledger.identity()).isEqualTo(Units.identity());
    assertThat(ledger.remarks()).isEmpty();
  }

  @Test
  void takesTheSameUnitAgainAndNoOther() {
    try (Ledger ledger = Units.open(root())) {
      ledger.add(Units.unit(1));
      ledger.add(Units.unit(1));
      ledger.compact();
      ledger.add(Units.unit(1));
      assertThat(Units.files(root().resolve("units"))).isEmpty();

      ObjectNode other = Units.unit(1).content();
      other.withArray("values").set(2, other.numberNode(0.25));
      assertThatThrownBy(() -> ledger.add(new Unit(Units.key(1), Units.kind(1), other)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining(Units.key(1).hex())
          .hasMessageContaining("'values[2]' (0.1 before, 0.25 now)")
          .hasMessageNotContaining("\n");
      assertThatThrownBy(() -> ledger.add(new Unit(Units.key(1), "x", Units.unit(1).content())))
          .hasMessageContaining("kind scores before, x now");
      assertThat(ledger.find(Units.key(1))).contains(Units.unit(1));
    }
  }

  @Test // Whole numbers come back in the smallest type that holds them.
  void comparesNumbersByValueAndNotByJavaType() {
    ObjectNode content = Units.unit(0).content();
    content.put("long", 7L).put("float", 0.1f).put("zero", -0.0);
    Unit unit = new Unit(Units.key(0), "solve", content);
    try (Ledger ledger = Units.open(root())) {
      ledger.add(unit);
      ledger.add(unit);
      assertThat(ledger.find(Units.key(0)).orElseThrow().content().path("zero").doubleValue())
          .isEqualTo(-0.0);
    }
  }

  @Test
  void refusesNumbersThatJsonCannotSay() {
    try (Ledger ledger = Units.open(root())) {
      ObjectNode content = Units.unit(0).content();
      content.putObject("a").putArray("b").add(1).add(Double.NaN);
      assertThatThrownBy(() -> ledger.add(new Unit(Units.key(0), "solve", content)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("content.a.b[1] is NaN");
      assertThat(ledger.isDone(Units.key(0))).isFalse();
    }
  }

  @Test
  void refusesAnotherIdentity() {
    Units.open(root()).close();
    ObjectNode other = Units.identity();
    other.withObject("/model").put("sha256", "f".repeat(64)).remove("name");
    other.withArray("tasks").add("more");
    org.apache.hadoop.fs.Path path = Units.hadoopPath(root());

    assertThatThrownBy(() -> Ledger.open(path, other, Units.STALE_AFTER, new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining(root().toString())
        .hasMessageContaining("'model.name' (\"tiny\" before, absent now)")
        .hasMessageContaining("'model.sha256' (\"" + "0".repeat(47) + "… before, \"fff")
        .hasMessageContaining("'tasks[2]' (absent before, \"more\" now)")
        .hasMessageNotContaining("numerics")
        .hasMessageContaining("choose another output")
        .hasMessageNotContaining("\n");
    Units.open(root()).close();
  }

  @Test
  void refusesUnitsWithoutIdentity() throws IOException {
    try (Ledger ledger = Units.open(root())) {
      ledger.add(Units.unit(0));
    }
    Files.delete(root().resolve("sweep.json"));

    assertThatThrownBy(() -> Units.open(root()))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("holds units but no sweep.json");
    assertThatThrownBy(() -> Units.read(root()))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining("sweep.json");
  }

  @Test
  void refusesWhatANewerVersionWrote() throws IOException {
    Units.open(root()).close();
    Path file = root().resolve("sweep.json");
    Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));

    assertThatThrownBy(() -> Units.open(root()))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("format 2 is newer than 1");
  }

  @Test
  void failedIsNotDone() {
    try (Ledger ledger = Units.open(root())) {
      ledger.recordFailure(Units.key(1), "scores", "rank 1", "out of\nmemory");
      ledger.recordFailure(Units.key(1), "scores", "rank 1", "again");
      ledger.recordFailure(Units.key(2), "scores", "rank 2", "x".repeat(5000));
      assertThat(ledger.isDone(Units.key(1))).isFalse();
      assertThat(ledger.failures(Units.key(1)))
          .extracting(Failure::attempt, Failure::about, Failure::message)
          .containsExactly(tuple(1, "rank 1", "out of memory"), tuple(2, "rank 1", "again"));
      ledger.compact();
      ledger.recordFailure(Units.key(1), "scores", "rank 1", "a third time");
    }
    try (Ledger ledger = Units.open(root())) {
      assertThat(ledger.failures(Units.key(1)))
          .extracting(Failure::attempt)
          .containsExactly(1, 2, 3);
      assertThat(ledger.failures()).hasSize(4);
      assertThat(ledger.failures(Units.key(2)).get(0).message()).hasSizeBetween(1999, 2001);
      assertThat(Units.all(ledger)).isEmpty();

      ledger.add(Units.unit(1));
      ledger.recordFailure(Units.key(1), "scores", "rank 1", "too late");
      assertThat(ledger.failures(Units.key(1))).isEmpty();
    }
    LedgerReader reader = Units.read(root());
    assertThat(reader.failures(Units.key(1))).isEmpty();
    assertThat(reader.failures()).extracting(Failure::key).containsExactly(Units.key(2));
  }

  @Test
  void compactsIntoPacks() {
    try (Ledger ledger = Units.open(root())) {
      for (int i = 0; i < 100; i++) {
        ledger.add(Units.unit(i));
      }
      ledger.compact();
      assertThat(Units.files(root().resolve("units"))).isEmpty();
      assertThat(Units.files(root().resolve("packs")))
          .singleElement()
          .asString()
          .startsWith("000001-000001-");
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(100));
      assertThat(ledger.find(Units.key(77))).contains(Units.unit(77));
      ledger.compact();
      for (int i = 100; i < 110; i++) {
        ledger.add(Units.unit(i));
      }
    }
    try (Ledger ledger = Units.open(root())) {
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(110));
      assertThat(ledger.keys("solve")).hasSize(37);
      ledger.compact();
      assertThat(Units.files(root().resolve("packs")))
          .extracting(name -> name.substring(0, 13))
          .containsExactly("000001-000001", "000002-000001");
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(110));
    }
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(110));
  }

  @Test // Persian has digits of its own, which format() takes by default.
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void namesItsFilesAlikeInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa"));
      try (Ledger ledger = Units.open(root())) {
        ledger.add(Units.unit(0));
        ledger.compact();
      }
      Files.writeString(Units.file(root(), 1), "{");
      try (Ledger ledger = Units.open(root())) {
        assertThat(Units.all(ledger)).isEqualTo(Units.numbered(1));
        assertThat(Units.files(root().resolve("holder")))
            .containsExactly("000002.alive", "000002.json");
      }
    } finally {
      Locale.setDefault(before);
    }
    assertThat(Units.files(root().resolve("packs")))
        .singleElement()
        .asString()
        .startsWith("000001-000001-");
    assertThat(Units.files(root().resolve("damaged")))
        .containsExactly("000002-0-" + Units.key(1) + ".json");
  }

  @Test
  void mergesPacksWhenThereAreMany() {
    try (Ledger ledger = Units.open(root())) {
      for (int i = 0; i < 20; i++) {
        ledger.add(Units.unit(2 * i));
        ledger.add(Units.unit(2 * i + 1));
        ledger.compact();
        assertThat(Units.files(root().resolve("packs"))).hasSizeLessThanOrEqualTo(16);
      }
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(40));
    }
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(40));
  }

  @Test
  void takesUnitsOfManyThreadsAndCompactsMeanwhile() throws Exception {
    Configuration hadoop = new Configuration();
    hadoop.setInt(Ledger.MOST_LOOSE_UNITS, 50);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Ledger ledger = Units.open(root(), hadoop)) {
      List<Future<?>> all =
          IntStream.range(0, 400)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            // Each one twice, by two threads that meet.
                            ledger.add(Units.unit(i / 2));
                            assertThat(ledger.find(Units.key(i / 2))).contains(Units.unit(i / 2));
                          }))
              .toList();
      for (Future<?> future : all) {
        future.get();
      }
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(200));
      assertThat(Units.files(root().resolve("units"))).hasSizeLessThan(200);
    } finally {
      threads.shutdownNow();
    }
    assertThat(Units.all(Units.read(root()))).isEqualTo(Units.numbered(200));
  }

  @Test
  void ignoresForeignFiles() throws IOException {
    try (Ledger ledger = Units.open(root())) {
      ledger.add(Units.unit(0));
      ledger.compact();
      ledger.add(Units.unit(1));
    }
    String capitals = Units.key(5).hex().toUpperCase(Locale.ROOT);
    for (String name : List.of(".DS_Store", "README", "a.json", capitals + ".json", "x.parquet")) {
      for (String where : List.of("units", "packs", "failures", "holder", ".")) {
        Files.writeString(root().resolve(where).resolve(name), "something");
      }
    }
    try (Ledger ledger = Units.open(root())) {
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(2));
      ledger.compact();
      assertThat(ledger.remarks()).isEmpty();
    }
    assertThat(Units.files(root().resolve("units")))
        .containsExactly(".DS_Store", capitals + ".json", "README", "a.json", "x.parquet");
  }

  @Test
  void isClosedAfterClose() {
    Ledger ledger = Units.open(root());
    ledger.close();
    ledger.close();
    assertThatThrownBy(() -> ledger.add(Units.unit(0))).isInstanceOf(IllegalStateException.class);
  }
}
