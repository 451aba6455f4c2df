package io.github.trawl.denoise;

import java.util.ArrayList;
import java.util.List;

/** Measures the steps of a run one after the other. */
final class StepTimer {
  private final List<DenoiseSummary.Step> steps = new ArrayList<>();
  private long start = System.nanoTime();

  /** Records a step that ends now and began when the previous one ended. */
  void done(String name) {
    long now = System.nanoTime();
    steps.add(new DenoiseSummary.Step(name, (now - start) / 1e9));
    start = now;
  }

  List<DenoiseSummary.Step> steps() {
    return List.copyOf(steps);
  }
}
