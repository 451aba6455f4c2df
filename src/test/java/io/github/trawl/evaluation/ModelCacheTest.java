package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.spark.MemoryGate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
  private static final ModelSource FIRST =
      new ModelSource("first", NumberType.FLOAT32, false, List.of());
  private static final ModelSource SECOND =
      new ModelSource("second", NumberType.FLOAT32, false, List.of());
  private static final ModelSource THIRD =
      new ModelSource("third", NumberType.FLOAT32, false, List.of());

  @TempDir private Path folder;
  private Checkpoint checkpoint;
  private final List<ModelSource> loaded = new ArrayList<>();
  private final ModelCache cache = new ModelCache();

  @BeforeEach
  void write() throws IOException {
    Path model = SmallModels.write("gpt2", folder.resolve("model"));
    checkpoint = Checkpoint.open(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration());
  }

  @AfterEach
  void everythingIsClosed() {
    cache.clear();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void loadsAModelOnce() {
    for (int i = 0; i < 3; i++) {
      use(FIRST, 10, 10);
    }
    assertThat(loaded).containsExactly(FIRST);
    assertThat(cache.bytes()).isEqualTo(10);
  }

  @Test
  void makesRoomByClosingWhatWasNotUsedForTheLongestTime() {
    use(FIRST, 5, 10);
    use(SECOND, 5, 10);
    use(FIRST, 5, 10);
    use(THIRD, 5, 10);
    assertThat(cache.bytes()).isEqualTo(10);
    use(FIRST, 5, 10);
    use(SECOND, 5, 10);
    assertThat(loaded).containsExactly(FIRST, SECOND, THIRD, SECOND);
  }

  @Test
  void oneTaskUsesAModelAtATimeAndNoneLosesItsOwn() throws Exception {
    AtomicInteger users = new AtomicInteger();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(3);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> most = new ArrayList<>();
      for (ModelSource source : List.of(FIRST, FIRST, FIRST, SECOND)) {
        boolean first = most.isEmpty();
        most.add(
            threads.submit(
                () -> {
                  others.countDown();
                  return cache.use(
                      source,
                      8,
                      10,
                      this::load,
                      model -> {
                        int now = users.incrementAndGet();
                        if (first) {
                          inside.countDown();
                          await(others);
                        }
                        score(model);
                        users.decrementAndGet();
                        return now;
                      });
                }));
        if (first) {
          await(inside);
        }
      }
      // Both models don't fit, so that even users of different ones take turns.
      for (Future<Integer> each : most) {
        assertThat(each.get()).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aModelThatDoesNotFitIsSaidWithTheSetting() {
    assertThatThrownBy(() -> use(FIRST, 5L << 20, 4L << 20))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessage(
            "first: its weights take 5 MiB as float32, but --memory.off-heap allows a process 4 MiB;"
                + " allow more");
    assertThat(loaded).isEmpty();
  }

  @Test
  void aFailedLoadLeavesNothingAndIsTriedAgain() {
    assertThatThrownBy(
            () ->
                cache.use(
                    FIRST,
                    10,
                    10,
                    () -> {
                      throw new IllegalStateException("unreadable");
                    },
                    model -> 0))
        .hasMessage("unreadable");
    assertThat(cache.bytes()).isZero();
    use(FIRST, 10, 10);
    assertThat(loaded).containsExactly(FIRST);
  }

  /** A solve finds the memory of a model that nothing uses, and a model waits for a solve. */
  @Test
  @Timeout(60)
  void sharesOneAccountWithSolves() throws Exception {
    MemoryGate gate = new MemoryGate(10);
    ModelCache shared = new ModelCache(limit -> gate);
    use(shared, FIRST, 6, 10);
    assertThat(gate.admittedBytes()).isEqualTo(6);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      assertThat(gate.run(9, () -> shared.bytes())).as("while it solves").isZero();
      CountDownLatch solving = new CountDownLatch(1);
      CountDownLatch solved = new CountDownLatch(1);
      Future<?> solve =
          threads.submit(
              () ->
                  gate.run(
                      9,
                      () -> {
                        solving.countDown();
                        await(solved);
                        return 0;
                      }));
      await(solving);
      Future<?> asked = threads.submit(() -> use(shared, FIRST, 6, 10));
      assertThatThrownBy(() -> asked.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      solved.countDown();
      solve.get();
      asked.get();
      assertThat(loaded).containsExactly(FIRST, FIRST);
    } finally {
      threads.shutdownNow();
      shared.clear();
    }
    assertThat(gate.admittedBytes()).isZero();
  }

  /** A model that is in use when a solve asks goes as soon as its user is done. */
  @Test
  @Timeout(60)
  void aSolveWaitsForTheUserOfAModel() throws Exception {
    MemoryGate gate = new MemoryGate(10);
    ModelCache shared = new ModelCache(limit -> gate);
    CountDownLatch using = new CountDownLatch(1);
    CountDownLatch used = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> users = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        users.add(
            threads.submit(
                () -> {
                  begun.countDown();
                  return shared.use(
                      FIRST,
                      6,
                      10,
                      () -> {
                        loaded.add(FIRST);
                        return load();
                      },
                      model -> {
                        using.countDown();
                        await(used);
                        return 1;
                      });
                }));
      }
      await(begun);
      await(using);
      Future<Integer> solve = threads.submit(() -> gate.run(9, () -> 2));
      assertThatThrownBy(() -> solve.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      used.countDown();
      for (Future<Integer> user : users) {
        assertThat(user.get()).isEqualTo(1);
      }
      assertThat(solve.get()).isEqualTo(2);
      assertThat(loaded).as("two tasks that began at once loaded it once").hasSize(1);
      assertThat(shared.bytes()).isZero();
    } finally {
      threads.shutdownNow();
      shared.clear();
    }
    assertThat(gate.admittedBytes()).isZero();
  }

  @Test
  void aFailedLoadGivesItsMemoryBack() {
    MemoryGate gate = new MemoryGate(10);
    ModelCache shared = new ModelCache(limit -> gate);
    assertThatThrownBy(
            () ->
                shared.use(
                    FIRST,
                    6,
                    10,
                    () -> {
                      throw new IllegalStateException("unreadable");
                    },
                    model -> 0))
        .hasMessage("unreadable");
    assertThat(gate.admittedBytes()).isZero();
  }

  private void use(ModelSource source, long bytes, long limit) {
    use(cache, source, bytes, limit);
  }

  private void use(ModelCache models, ModelSource source, long bytes, long limit) {
    models.use(
        source,
        bytes,
        limit,
        () -> {
          loaded.add(source);
          return load();
        },
        model -> {
          score(model);
          return 0;
        });
  }

  private LanguageModel load() {
    return LanguageModels.open(checkpoint, new Configuration(), Placement.cpu(1));
  }

  /** Fails if the model has been closed. */
  private static void score(LanguageModel model) {
    model.score(List.of(new ScoreRequest(new int[] {7, 8}, new int[] {0}, new int[] {8})));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
