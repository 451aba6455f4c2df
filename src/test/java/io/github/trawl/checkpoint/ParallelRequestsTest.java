package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that run several at a time, of which one fails. */
class ParallelRequestsTest {
  @ParameterizedTest
  @ValueSource(classes = {IOException.class, IllegalStateException.class, OutOfMemoryError.class})
  void afterAFailureThoseThatHaveBegunAreWaitedFor(Class<? extends Throwable> type) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                ParallelRequests.forEach(
                    List.of("fails", "is slow"),
                    item -> {
                      if (item.equals("fails")) {
                        await(begun);
                        failed.countDown();
                        ParallelRequestsTest.<RuntimeException>fail(type);
                      }
                      begun.countDown();
                      await(failed);
                      pause();
                      ended.set(true);
                    }))
        .isInstanceOf(type);
    assertThat(ended).isTrue();
  }

  /** Whoever catches it must undo nothing, whatever failed before it. */
  @Test
  void anUnknownStateComesBeforeOtherFailures() {
    CountDownLatch both = new CountDownLatch(2);
    assertThatThrownBy(
            () ->
                ParallelRequests.forEach(
                    List.of("fails", "is unknown"),
                    item -> {
                      both.countDown();
                      await(both);
                      if (item.equals("fails")) {
                        throw new IOException("made for a test");
                      }
                      throw new CheckpointStateUnknownException(item, null);
                    }))
        .isInstanceOf(CheckpointStateUnknownException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(IOException.class))
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  /** Who undoes what they did must find it done. */
  @Test
  void afterAnInterruptThoseThatHaveBegunAreWaitedForAndNoOtherBegins() {
    Thread caller = Thread.currentThread();
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    assertThatThrownBy(
            () ->
                ParallelRequests.forEach(
                    Collections.nCopies(100, "is slow"),
                    item -> {
                      if (begun.incrementAndGet() == 1) {
                        caller.interrupt();
                      }
                      pause();
                      ended.incrementAndGet();
                    }))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended.get()).isEqualTo(begun.get()).isLessThan(100);
  }

  /** Throws an exception of a type, which the compiler takes for an unchecked one. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void fail(Class<? extends Throwable> type) throws E {
    try {
      throw (E) type.getConstructor(String.class).newInstance("made for a test");
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
