package io.github.trawl.convert;

import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * What an import has done.
 *
 * @param output the checkpoint
 * @param tensors its tensors
 * @param bytes their bytes, without the file's header
 * @param layers the model's layers
 * @param hiddenSize the width of its hidden state
 * @param seconds how long it took
 * @param leftOut the names of the source's variables that the checkpoint has no place for, such as
 *     the pooler's
 */
public record ImportReport(
    Path output,
    int tensors,
    long bytes,
    int layers,
    long hiddenSize,
    double seconds,
    List<String> leftOut) {}
