package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PanelPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  @DisplayName("results come in panel order, whatever the number of threads")
  void order(int threads) {
    try (PanelPool pool = new PanelPool(threads)) {
      for (int count : new int[] {0, 1, 2, 7, 100}) {
        List<Integer> squares = IntStream.range(0, count).mapToObj(i -> i * i).toList();
        assertThat(pool.map(count, panel -> panel * panel)).isEqualTo(squares);
      }
    }
  }

  @Test
  @DisplayName("the caller and one helper are the two threads of a pool of two")
  void threads() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    CyclicBarrier together = new CyclicBarrier(2);
    try (PanelPool pool = new PanelPool(2)) {
      pool.map(
          6,
          panel -> {
            names.add(Thread.currentThread().getName());
            return await(together);
          });
    }
    assertThat(names).hasSize(2).contains(Thread.currentThread().getName());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  @DisplayName("a failure is thrown as it is, once no panel runs any more")
  void failure(int threads) {
    AtomicInteger running = new AtomicInteger();
    IllegalStateException expected = new IllegalStateException("panel 3");
    try (PanelPool pool = new PanelPool(threads)) {
      assertThatThrownBy(
              () ->
                  pool.map(
                      50,
                      panel -> {
                        running.incrementAndGet();
                        try {
                          if (panel == 3) {
                            throw expected;
                          }
                          return panel;
                        } finally {
                          running.decrementAndGet();
                        }
                      }))
          .isSameAs(expected);
      assertThat(running).hasValue(0);
      assertThatThrownBy(
              () ->
                  pool.map(
                      2,
                      panel -> {
                        throw new StackOverflowError("deep");
                      }))
          .isInstanceOf(StackOverflowError.class);
      assertThat(pool.map(2, panel -> panel)).containsExactly(0, 1);
    }
  }

  @Test
  @DisplayName("an interrupted caller stops before the next panel and stays interrupted")
  void interrupt() {
    AtomicInteger begun = new AtomicInteger();
    try (PanelPool pool = new PanelPool(1)) {
      Thread caller = Thread.currentThread();
      assertThatThrownBy(
              () ->
                  pool.map(
                      1000,
                      panel -> {
                        begun.incrementAndGet();
                        caller.interrupt();
                        return panel;
                      }))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(begun).hasValue(1);
    }
  }

  @Test
  @DisplayName("a pool without threads is refused")
  void noThreads() {
    assertThatThrownBy(() -> new PanelPool(0)).hasMessageContaining("0");
  }

  private static int await(CyclicBarrier barrier) {
    try {
      return barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
