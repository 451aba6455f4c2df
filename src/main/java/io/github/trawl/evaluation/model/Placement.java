package io.github.trawl.evaluation.model;

/**
 * The device and threads on which a model runs.
 *
 * @param threads native threads of an operation on the CPU, at least 1. PyTorch keeps the number
 *     for each Java thread that calls it; a thread that calls it for the first time gets the number
 *     that was set last
 * @param device CPU or GPU; AUTO is resolved before a model is loaded
 * @param gpu index among the GPUs that the process sees, from 0; ignored on the CPU
 */
public record Placement(int threads, DeviceChoice device, int gpu) {
  /** Checks the ranges. */
  public Placement {
    if (threads < 1 || gpu < 0) {
      throw new IllegalArgumentException("threads " + threads + ", GPU " + gpu);
    }
  }

  /** Returns a placement on the CPU. */
  public static Placement cpu(int threads) {
    return new Placement(threads, DeviceChoice.CPU, 0);
  }
}
