package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A ledger of ten thousand units in a folder of the machine's temporary directory: what a unit
 * costs, its share of compactions included.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LedgerBenchmark {
  static final int UNITS = 10_000;
  private static final int FOUND = 200;

  /** Numbers in a unit: a point's error, and the scores of a block of examples. */
  @Param({"1", "256"})
  private int values;

  private Path filled;
  private Path empty;

  /** A ledger that holds all of them. */
  @Setup
  public void fill() throws IOException {
    filled = Files.createTempDirectory("trawl-ledger");
    add(filled);
  }

  /** A folder for each time. */
  @Setup(Level.Invocation)
  public void makeFolder() throws IOException {
    empty = Files.createTempDirectory("trawl-ledger");
  }

  /** Removes it. */
  @TearDown(Level.Invocation)
  public void removeFolder() throws IOException {
    delete(empty);
  }

  /** Removes the full one. */
  @TearDown
  public void remove() throws IOException {
    delete(filled);
  }

  /** Adding one, as the one thread that adds. */
  @Benchmark
  @OperationsPerInvocation(UNITS)
  public void add() {
    add(empty);
  }

  /** Opening a ledger, per unit. */
  @Benchmark
  @OperationsPerInvocation(UNITS)
  public int open() {
    try (Ledger ledger = open(filled)) {
      return ledger.keys("scores").size();
    }
  }

  /** Finding one, most of which are in packs. */
  @Benchmark
  @OperationsPerInvocation(FOUND)
  public int find() {
    int found = 0;
    LedgerReader reader = LedgerReader.read(hadoop(filled), new Configuration());
    for (int i = 0; i < FOUND; i++) {
      found += reader.find(key(i * 7)).isPresent() ? 1 : 0;
    }
    return found;
  }

  /** Reading all, per unit. */
  @Benchmark
  @OperationsPerInvocation(UNITS)
  public long forEach() {
    long[] fields = {0};
    LedgerReader.read(hadoop(filled), new Configuration())
        .forEach("scores", unit -> fields[0] += unit.content().size());
    return fields[0];
  }

  private void add(Path root) {
    try (Ledger ledger = open(root)) {
      for (int i = 0; i < UNITS; i++) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        ArrayNode scores = content.putArray("values");
        for (int j = 0; j < values; j++) {
          scores.add(1.0 / (i + j + 3));
        }
        ledger.add(new Unit(key(i), "scores", content));
      }
    }
  }

  private static UnitKey key(int number) {
    return UnitKey.builder("scores").with("number", number).build();
  }

  private static Ledger open(Path root) {
    return Ledger.open(
        hadoop(root),
        JsonNodeFactory.instance.objectNode(),
        Duration.ofSeconds(60),
        new Configuration());
  }

  private static org.apache.hadoop.fs.Path hadoop(Path local) {
    return new org.apache.hadoop.fs.Path(local.toUri());
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
