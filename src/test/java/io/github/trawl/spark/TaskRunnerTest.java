package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Partition;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What travels with tasks, and what comes back. */
@Timeout(60)
class TaskRunnerTest {
  private static final int ELEMENTS = 300;
  private static final int ELEMENT_BYTES = 2_000;
  private static JavaSparkContext spark;

  /** An element as jobs have them: some bytes of its own, and the settings of storage twice. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Element(
      int number, byte[] own, SerializableConfiguration one, SerializableConfiguration same)
      implements Serializable {
    static Element of(int number, SerializableConfiguration hadoop) {
      byte[] own = new byte[ELEMENT_BYTES];
      new Random(number).nextBytes(own);
      return new Element(number, own, hadoop, hadoop);
    }

    String describe() {
      return number + " " + own.length + " " + one.value().get("answer") + " " + (one == same);
    }
  }

  @BeforeAll
  static void startSpark() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("results")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.kryo.registrationRequired", "true");
    spark = new JavaSparkContext(KryoSettings.apply(conf));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @Test
  void resultsAreInTheOrderOfTheElements() {
    Configuration hadoop = new Configuration();
    hadoop.set("answer", "42");
    SerializableConfiguration settings = new SerializableConfiguration(hadoop);
    List<Element> elements =
        IntStream.range(0, 40).mapToObj(number -> Element.of(number, settings)).toList();
    Set<String> arrived = new TreeSet<>();
    List<String> results =
        TaskRunner.collect(spark, "elements", elements, Element::describe, arrived::add);
    assertThat(results)
        .isEqualTo(
            IntStream.range(0, 40)
                .mapToObj(number -> number + " " + ELEMENT_BYTES + " 42 true")
                .toList());
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(results);
  }

  @Test
  void noElementsAreNoResults() {
    assertThat(TaskRunner.collect(spark, "none", List.<String>of(), String::length, result -> {}))
        .isEmpty();
  }

  /** What is done with a result runs where it was asked for, and its failure ends the job. */
  @Test
  void resultsArriveInTheThreadThatAsked() {
    Thread own = Thread.currentThread();
    List<Integer> elements = List.of(1, 2, 3);
    TaskRunner.forEach(
        spark,
        "doubled",
        elements,
        element -> 2 * element,
        (element, result) -> {
          assertThat(Thread.currentThread()).isSameAs(own);
          assertThat(result).isEqualTo(2 * elements.get(element));
        });
    IllegalStateException failure = new IllegalStateException("the disk is full");
    assertThatThrownBy(
            () ->
                TaskRunner.collect(
                    spark,
                    "refused",
                    elements,
                    element -> element,
                    result -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThatThrownBy(
            () -> TaskRunner.collect(spark, "failing", List.of(0), zero -> 1 / zero, result -> {}))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("failing")
        .hasMessageContaining("/ by zero");
  }

  /** While one waits for what is done with its results, another gets its own. */
  @Test
  void jobsDoNotWaitForEachOther() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Thread other =
        new Thread(
            () ->
                TaskRunner.forEach(
                    spark,
                    "other",
                    List.of(1),
                    one -> one,
                    (element, result) -> second.countDown()));
    TaskRunner.forEach(
        spark,
        "first",
        List.of(1),
        one -> one,
        (element, result) -> {
          other.start();
          try {
            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    other.join();
  }

  /** Counts in this process, which is the driver and the executor. */
  private static final class Counted implements Serializable {
    private static final long serialVersionUID = 1L;
    static final AtomicInteger WRITTEN = new AtomicInteger();
    static final AtomicInteger READ = new AtomicInteger();

    private void writeObject(ObjectOutputStream out) throws IOException {
      WRITTEN.incrementAndGet();
      out.defaultWriteObject();
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      READ.incrementAndGet();
      in.defaultReadObject();
    }
  }

  @Test
  void anElementIsWrittenOnceAndReadOnce() {
    List<Counted> elements = IntStream.range(0, 50).mapToObj(number -> new Counted()).toList();
    TaskRunner.collect(spark, "counted", elements, element -> 1, result -> {});
    assertThat(Counted.WRITTEN).hasValue(50);
    assertThat(Counted.READ).hasValue(50);
  }

  /** Of n tasks each has to carry its own element: n elements in all, not n². */
  @Test
  void eachTaskCarriesItsOwnElementAlone() {
    SerializableConfiguration settings = new SerializableConfiguration(new Configuration());
    long settingsBytes = bytes(settings);
    List<Element> elements =
        IntStream.range(0, ELEMENTS).mapToObj(number -> Element.of(number, settings)).toList();
    try (ElementBytes elementBytes = new ElementBytes(spark)) {
      ElementRdd<Element> rdd =
          new ElementRdd<>(spark.sc(), elements.stream().map(elementBytes::of).toList());
      long inAll = 0;
      for (Partition partition : rdd.partitions()) {
        inAll += bytes(partition);
      }
      assertThat(settingsBytes).isGreaterThan(20_000);
      assertThat(inAll).isBetween((long) ELEMENTS * ELEMENT_BYTES, 2L * ELEMENTS * ELEMENT_BYTES);
      assertThat(bytes(rdd)).as("what every task has besides").isLessThan(4_000);
    }
  }

  private static long bytes(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.size();
  }
}
