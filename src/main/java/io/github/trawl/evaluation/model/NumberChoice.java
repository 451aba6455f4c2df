package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.linalg.CpuFeatures;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The number type (dtype) in which a model is to compute. */
public enum NumberChoice {
  /**
   * As the checkpoint is stored if that is a 16-bit type in which the device is faster, as far as
   * {@link #resolve} can tell; else float32.
   */
  AUTO(null),
  /** 32 bits. */
  FLOAT32(NumberType.FLOAT32),
  /** 16 bits, with the range of float32. */
  BFLOAT16(NumberType.BFLOAT16),
  /** 16 bits of IEEE 754. */
  FLOAT16(NumberType.FLOAT16);

  private final NumberType type;

  NumberChoice(NumberType type) {
    this.type = type;
  }

  /**
   * Decides on the type. {@link #AUTO} becomes bfloat16 if most values of the checkpoint are stored
   * so and {@code device} is {@link DeviceChoice#GPU} or this machine's processor, which is the
   * driver's, multiplies bfloat16 in hardware; float16 if most are stored so and {@code device} is
   * GPU; else float32. A GPU that an executor may find under {@link DeviceChoice#AUTO} does not
   * count.
   */
  public NumberType resolve(Checkpoint checkpoint, DeviceChoice device) {
    return Optional.ofNullable(type)
        .orElseGet(
            () ->
                automatic(
                    commonest(checkpoint),
                    device == DeviceChoice.GPU,
                    CpuFeatures.multipliesBfloat16()));
  }

  /**
   * Decides on the type of {@link #AUTO}.
   *
   * @param stored the type of most values of the checkpoint
   * @param bfloat16 whether the processor multiplies bfloat16 in hardware
   */
  static NumberType automatic(DType stored, boolean gpu, boolean bfloat16) {
    return switch (stored) {
      case BF16 -> gpu || bfloat16 ? NumberType.BFLOAT16 : NumberType.FLOAT32;
      case F16 -> gpu ? NumberType.FLOAT16 : NumberType.FLOAT32;
      default -> NumberType.FLOAT32;
    };
  }

  private static DType commonest(Checkpoint checkpoint) {
    Map<DType, Long> values = new EnumMap<>(DType.class);
    for (TensorInfo tensor : checkpoint.tensors()) {
      values.merge(tensor.dtype(), tensor.length() * Byte.SIZE / tensor.dtype().bits(), Long::sum);
    }
    return Collections.max(values.entrySet(), Map.Entry.comparingByValue()).getKey();
  }
}
