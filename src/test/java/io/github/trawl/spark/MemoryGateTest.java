package io.github.trawl.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.linalg.OffHeapMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryGateTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Sixteen tasks of three units at a gate of ten: never more than three of them at one time. */
  @Test
  void neverAdmitsMoreThanTheLimit() throws Exception {
    MemoryGate gate = new MemoryGate(10);
    AtomicLong inside = new AtomicLong();
    AtomicLong most = new AtomicLong();
    List<Future<?>> tasks = new ArrayList<>();
    for (int task = 0; task < 16; task++) {
      tasks.add(
          threads.submit(
              () ->
                  gate.run(
                      3,
                      () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        sleep(5);
                        return inside.decrementAndGet();
                      })));
    }
    for (Future<?> task : tasks) {
      task.get();
    }
    assertThat(most.get()).isBetween(1L, 3L);
    assertThat(gate.admittedBytes()).isZero();
  }

  /** Small ones that come later do not starve a large one. */
  @Test
  void admitsInTheOrderOfArrival() throws Exception {
    MemoryGate gate = new MemoryGate(10);
    gate.acquire(6);
    List<String> order = new ArrayList<>();
    Future<?> large = threads.submit(() -> enter(gate, 8, "large", order));
    while (gate.tryAcquire(1)) {
      gate.release(1);
      sleep(1);
    }
    Future<?> small = threads.submit(() -> enter(gate, 3, "small", order));
    sleep(50);
    assertThat(order).isEmpty();
    gate.release(6);
    large.get();
    small.get();
    assertThat(order).containsExactly("large", "small");
  }

  /** Two tasks that said too little: the second finds no memory and runs again when it is alone. */
  @Test
  void runsATaskAgainThatFoundTooLittleBesideOthers() throws Exception {
    long limit = 1 << 20;
    MemoryGate gate = new MemoryGate(limit);
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch bothHold = new CountDownLatch(1);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(limit)) {
      Future<?> first =
          threads.submit(
              () ->
                  gate.run(
                      1000,
                      () -> {
                        try (FloatMatrix held = memory.floats(768, 256)) {
                          bothHold.countDown();
                          while (runs.get() == 0) {
                            sleep(1);
                          }
                          sleep(20);
                          return held.rows();
                        }
                      }));
      bothHold.await();
      int rows =
          gate.run(
              1000,
              () -> {
                runs.incrementAndGet();
                try (FloatMatrix wanted = memory.floats(512, 256)) {
                  return wanted.rows();
                }
              });
      first.get();
      assertThat(rows).isEqualTo(512);
      assertThat(runs.get()).isEqualTo(2);
      assertThat(memory.allocatedBytes()).isZero();
      assertThat(gate.admittedBytes()).isZero();
      assertThatThrownBy(() -> gate.run(1000, () -> memory.floats(4096, 4096)))
          .isInstanceOf(OffHeapMemoryException.class);
    }
  }

  /** The neighbour that had the memory is gone by the time that anyone looks. */
  @Test
  void runsATaskAgainWhoseNeighbourLeftBeforeItFailed() {
    long limit = 1 << 20;
    MemoryGate gate = new MemoryGate(limit);
    AtomicInteger runs = new AtomicInteger();
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(limit)) {
      gate.acquire(1000);
      FloatMatrix neighbours = memory.floats(768, 256);
      int rows =
          gate.run(
              1000,
              () -> {
                runs.incrementAndGet();
                try (FloatMatrix wanted = memory.floats(512, 256)) {
                  return wanted.rows();
                } catch (OffHeapMemoryException e) {
                  neighbours.close();
                  gate.release(1000);
                  throw e;
                }
              });
      assertThat(rows).isEqualTo(512);
      assertThat(runs.get()).isEqualTo(2);
      assertThat(gate.admittedBytes()).isZero();
    }
  }

  @Test
  void asksForIdleMemoryBeforeItWaits() {
    MemoryGate gate = new MemoryGate(10);
    gate.acquire(8);
    AtomicLong asked = new AtomicLong();
    gate.addReclaimer(
        bytes -> {
          asked.set(bytes);
          gate.release(8);
        });
    gate.acquire(7);
    assertThat(asked.get()).isEqualTo(5);
    assertThat(gate.admittedBytes()).isEqualTo(7);
  }

  /** Memory that becomes idle after the reclaimer has looked and before the task waits. */
  @Test
  void asksAgainForMemoryThatBecameIdleMeanwhile() {
    MemoryGate gate = new MemoryGate(10);
    gate.acquire(8);
    AtomicInteger asked = new AtomicInteger();
    gate.addReclaimer(
        bytes -> {
          if (asked.incrementAndGet() == 1) {
            gate.notifyReclaimable();
          } else {
            gate.release(8);
          }
        });
    gate.acquire(7);
    assertThat(asked).hasValue(2);
    assertThat(gate.admittedBytes()).isEqualTo(7);
  }

  @Test
  void refusesMoreThanTheLimitAndLeavesNothingBehindAnInterruptedWait() throws Exception {
    MemoryGate gate = new MemoryGate(10);
    assertThatThrownBy(() -> gate.acquire(11))
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining("--memory.off-heap");
    gate.acquire(10);
    Thread waiting = new Thread(() -> gate.acquire(1));
    waiting.setUncaughtExceptionHandler((thread, failure) -> {});
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      sleep(1);
    }
    waiting.interrupt();
    waiting.join();
    gate.release(10);
    assertThat(gate.tryAcquire(10)).isTrue();
  }

  private static String enter(MemoryGate gate, long bytes, String name, List<String> order) {
    gate.acquire(bytes);
    synchronized (order) {
      order.add(name);
    }
    gate.release(bytes);
    return name;
  }

  private static void sleep(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
