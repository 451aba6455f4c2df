package io.github.trawl.convert;

import java.util.List;

/**
 * A tensor of the checkpoint and the variable that it comes from.
 *
 * @param name its name in transformers' {@code BertForMaskedLM}
 * @param shape its dimensions in the checkpoint
 * @param variable the variable
 * @param transposed whether the variable is stored {@code [in, out]}, the other way round
 */
record BertTensor(String name, List<Long> shape, Variable variable, boolean transposed) {}
