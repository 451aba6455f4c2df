package io.github.trawl;

import java.util.Locale;

/** Shows the user how far a run has come. */
public interface Progress {
  /** Says nothing. */
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

  /** Begins a task of {@code total} steps. */
  Bar start(String task, int total);

  /** A task under way. Called from several threads. */
  interface Bar extends AutoCloseable {
    /** One more step is done. */
    void step(String note);

    /** Something worth showing happened within a step. */
    void note(String note);

    @Override
    void close();
  }

  /** A fit as it is shown, such as {@code 0.4561}. */
  static String fit(double fit) {
    return String.format(Locale.ROOT, "%.4f", fit);
  }
}
