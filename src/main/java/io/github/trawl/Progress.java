package io.github.trawl;

import java.util.Locale;

/** Shows the user how far a run has come. */
public interface Progress {
  /** Shows nothing. */
  Progress NONE =
      (task, total) ->
          new Bar() {
            @Override
            public void step(String note) {}

            @Override
            public void note(String note) {}

            @Override
            public void close() {}
          };

  /** Begins a task of {@code total} steps and returns its bar, which the caller closes. */
  Bar start(String task, int total);

  /** A task under way. Implementations are safe for use by several threads. */
  interface Bar extends AutoCloseable {
    /**
     * Counts one more step as done.
     *
     * @param note what the step was or what it resulted in, shown beside the bar
     */
    void step(String note);

    /** Shows a note about the step under way, without counting it as done. */
    void note(String note);

    @Override
    void close();
  }

  /**
   * Formats for display the fit 1 − ‖X − M‖ / ‖X‖ of a tensor X and its approximation M, such as
   * {@code 0.4561}.
   */
  static String formatFit(double fit) {
    return String.format(Locale.ROOT, "%.4f", fit);
  }
}
