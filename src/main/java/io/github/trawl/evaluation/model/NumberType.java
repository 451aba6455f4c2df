package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.DType;
import io.github.trawl.linalg.CpuFeatures;
import java.util.Locale;
import org.bytedeco.pytorch.global.torch;

/**
 * The number types (dtypes) in which a model's weights and hidden states are kept and multiplied.
 * Norms, softmax and log-probabilities are computed in float32 whatever the type.
 */
public enum NumberType {
  /** 32 bits. */
  FLOAT32(DType.F32),
  /** The upper 16 bits of a float32: its range, with 8 bits of precision. */
  BFLOAT16(DType.BF16),
  /** 16 bits of IEEE 754: 11 bits of precision, up to 65504. */
  FLOAT16(DType.F16);

  private final DType stored;

  NumberType(DType stored) {
    this.stored = stored;
  }

  /** The type of the same numbers in a checkpoint. */
  DType stored() {
    return stored;
  }

  /** Returns PyTorch's type; loads the native library. */
  torch.ScalarType scalarType() {
    return switch (this) {
      case FLOAT32 -> torch.ScalarType.Float;
      case BFLOAT16 -> torch.ScalarType.BFloat16;
      case FLOAT16 -> torch.ScalarType.Half;
    };
  }

  /**
   * Whether this machine's processor multiplies numbers of the type in hardware, as far as is
   * known: true where the system does not say what the processor can do.
   */
  public boolean isFastHere() {
    return CpuFeatures.ofThisMachine().isEmpty()
        || switch (this) {
          case FLOAT32 -> true;
          case BFLOAT16 -> CpuFeatures.multipliesBfloat16();
          case FLOAT16 -> CpuFeatures.multipliesFloat16();
        };
  }

  /** The bytes of a number. */
  public int bytes() {
    return stored.bits() / Byte.SIZE;
  }

  /** Returns the name as PyTorch spells it, such as {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
