package io.github.trawl.checkpoint;

/**
 * Element types of the safetensors format. The constants are named as in the files and ordered as
 * in the reference library, by rising alignment; tensors are written in the reverse order.
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(8),
  /** 4-bit float, two to a byte. */
  F4(4),
  /** 6-bit float with 2 exponent bits. */
  F6_E2M3(6),
  /** 6-bit float with 3 exponent bits. */
  F6_E3M2(6),
  /** Unsigned byte. */
  U8(8),
  /** Signed byte. */
  I8(8),
  /** 8-bit float with 5 exponent bits. */
  F8_E5M2(8),
  /** 8-bit float with 4 exponent bits. */
  F8_E4M3(8),
  /** 8-bit power of two. */
  F8_E8M0(8),
  /** 8-bit float with 4 exponent bits, no negative zero and no infinity. */
  F8_E4M3FNUZ(8),
  /** 8-bit float with 5 exponent bits, no negative zero and no infinity. */
  F8_E5M2FNUZ(8),
  /** Signed 16-bit integer. */
  I16(16),
  /** Unsigned 16-bit integer. */
  U16(16),
  /** IEEE 754 half precision. */
  F16(16),
  /** The upper half of an IEEE 754 single precision number. */
  BF16(16),
  /** Signed 32-bit integer. */
  I32(32),
  /** Unsigned 32-bit integer. */
  U32(32),
  /** IEEE 754 single precision. */
  F32(32),
  /** A complex number of two single precision parts. */
  C64(64),
  /** IEEE 754 double precision. */
  F64(64),
  /** Signed 64-bit integer. */
  I64(64),
  /** Unsigned 64-bit integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Bits of one element: 4, 6 or a multiple of 8. */
  public int bits() {
    return bits;
  }

  /**
   * Whether {@link FloatCodec} reads and writes this type; tensors of other types are only copied.
   */
  public boolean isDecodable() {
    return this == F32 || this == F16 || this == BF16 || this == F64;
  }
}
