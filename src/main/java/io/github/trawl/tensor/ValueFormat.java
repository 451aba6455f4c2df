package io.github.trawl.tensor;

/** How the values of a resident block lie in memory. Whatever it is, they are used as float32. */
public enum ValueFormat {
  /** IEEE 754 single precision. */
  FLOAT32(Float.BYTES),
  /** IEEE 754 half precision. */
  FLOAT16(Short.BYTES),
  /** The upper half of single precision. */
  BFLOAT16(Short.BYTES);

  private final int bytes;

  ValueFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a value. */
  public int bytes() {
    return bytes;
  }
}
