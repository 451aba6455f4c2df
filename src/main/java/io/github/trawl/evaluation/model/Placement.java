package io.github.trawl.evaluation.model;

/**
 * Where a model computes.
 *
 * @param threads native threads of an operation on the CPU, at least 1; the setting is one for the
 *     whole process
 * @param device CPU or GPU
 * @param gpu which of the GPUs that the process sees, from 0; without meaning on the CPU
 */
public record Placement(int threads, DeviceChoice device, int gpu) {
  /** Checks the ranges. */
  public Placement {
    if (threads < 1 || gpu < 0) {
      throw new IllegalArgumentException("threads " + threads + ", GPU " + gpu);
    }
  }

  /** On the CPU. */
  public static Placement cpu(int threads) {
    return new Placement(threads, DeviceChoice.CPU, 0);
  }
}
