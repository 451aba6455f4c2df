package io.github.trawl.evaluation.model;

import org.bytedeco.pytorch.global.torch;

/** The types of number that a model's weights and hidden states may have. */
enum NumberType {
  FLOAT32(torch.ScalarType.Float);

  private final torch.ScalarType scalarType;

  NumberType(torch.ScalarType scalarType) {
    this.scalarType = scalarType;
  }

  torch.ScalarType scalarType() {
    return scalarType;
  }
}
