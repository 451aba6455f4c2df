package io.github.trawl.denoise;

/** How thoroughly written files are verified before they count as the output. */
public enum Verification {
  /** All files are there with their lengths; the headers of shards and factors are as expected. */
  STRUCTURE,
  /**
   * In addition, all shards and factors are read back and have the checksums of what was written.
   */
  CONTENT
}
