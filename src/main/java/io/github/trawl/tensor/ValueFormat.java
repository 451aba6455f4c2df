package io.github.trawl.tensor;

/** The format in which a resident block keeps its values. Computations always use float32. */
public enum ValueFormat {
  /** IEEE 754 single precision. */
  FLOAT32(Float.BYTES),
  /** IEEE 754 half precision. */
  FLOAT16(Short.BYTES),
  /** The upper 16 bits of single precision. */
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
