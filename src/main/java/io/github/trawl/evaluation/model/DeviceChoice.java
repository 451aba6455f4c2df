package io.github.trawl.evaluation.model;

/** Which hardware a model is to compute on. */
public enum DeviceChoice {
  /** A GPU where the native library is one for GPUs and the process sees one, else the CPU. */
  AUTO,
  /** The CPU, whatever else there is. */
  CPU,
  /** A GPU; a process without one fails. */
  GPU
}
