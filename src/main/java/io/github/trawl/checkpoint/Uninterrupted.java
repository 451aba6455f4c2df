package io.github.trawl.checkpoint;

/**
 * Runs work that puts things back, also in a thread that was interrupted: storage would refuse its
 * requests.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Runs {@code work}; the interrupt status is cleared meanwhile and set again at the end. */
  static void run(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
