package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.Objects;

/**
 * A safetensors file as it was when the checkpoint was opened.
 *
 * @param name the file name, without directory
 * @param length in bytes
 * @param modificationTime in milliseconds since the epoch
 */
public record ShardFile(String name, long length, long modificationTime) implements Serializable {

  /** Checks that the name is not null. */
  public ShardFile {
    Objects.requireNonNull(name, "name");
  }
}
