package io.github.trawl.convert;

import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The outcome of an import.
 *
 * @param output the directory of the checkpoint
 * @param tensors the number of its tensors
 * @param bytes the number of bytes of the tensors, without the header of the file
 * @param layers the number of layers of the model
 * @param hiddenSize the width of the hidden state
 * @param seconds how long the import took
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
