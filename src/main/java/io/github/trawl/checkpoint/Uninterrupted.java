package io.github.trawl.checkpoint;

/**
 * Runs work that puts things back or removes what is left, also in a thread that was interrupted:
 * storage would refuse its requests.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Work that may throw. */
  interface Work<E extends Exception> {
    void run() throws E;
  }

  /** Runs {@code work}; the interrupt status is cleared meanwhile and set again at the end. */
  static <E extends Exception> void run(Work<E> work) throws E {
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
