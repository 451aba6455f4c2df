package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelperThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void callsTheWorkOnceForEachPiece(int threads) {
    TorchEngine.resolve(Placement.cpu(threads));
    AtomicIntegerArray calls = new AtomicIntegerArray(100);
    HelperThreads.forEach(100, calls::incrementAndGet);
    for (int i = 0; i < 100; i++) {
      assertThat(calls.get(i)).isEqualTo(1);
    }
  }

  /** In the calling thread and in others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void throwsWhatTheWorkThrows(int threads) {
    TorchEngine.resolve(Placement.cpu(threads));
    RuntimeException exception = new IllegalStateException("piece");
    assertThatThrownBy(
            () ->
                HelperThreads.forEach(
                    9,
                    i -> {
                      throw exception;
                    }))
        .isSameAs(exception);
    Error error = new OutOfMemoryError("piece");
    assertThatThrownBy(
            () ->
                HelperThreads.forEach(
                    9,
                    i -> {
                      throw error;
                    }))
        .isSameAs(error);
  }

  /** No piece runs on after a failure has been thrown. */
  @Test
  void awaitsTheOtherThreads() {
    TorchEngine.resolve(Placement.cpu(3));
    AtomicInteger running = new AtomicInteger();
    assertThatThrownBy(
            () ->
                HelperThreads.forEach(
                    60,
                    i -> {
                      running.incrementAndGet();
                      try {
                        Thread.sleep(5);
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      running.decrementAndGet();
                      if (i == 3) {
                        throw new StackOverflowError();
                      }
                    }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(running).hasValue(0);
  }
}
