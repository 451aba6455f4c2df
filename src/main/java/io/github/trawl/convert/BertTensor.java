package io.github.trawl.convert;

import java.util.List;

/**
 * A tensor of the checkpoint and the TensorFlow variable that holds its values.
 *
 * @param name its name in transformers' {@code BertForMaskedLM}
 * @param shape its dimensions in the checkpoint
 * @param variable the variable
 * @param transposed whether the variable holds the transposed matrix, {@code [in, out]}
 */
record BertTensor(String name, List<Long> shape, Variable variable, boolean transposed) {}
