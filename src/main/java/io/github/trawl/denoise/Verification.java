package io.github.trawl.denoise;

/** How what was written is verified before it becomes the output. */
public enum Verification {
  /** All files are there with their lengths; the headers of shards and factors are as expected. */
  STRUCTURE,
  /** All shards and factors are read back, too, and have the checksums of what was written. */
  CONTENT
}
