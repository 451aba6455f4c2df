package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many bytes the weights of a model take as float32.
 *
 * @param all of the whole checkpoint
 * @param layers of the linear maps of all layers; norms, which are small, are not counted
 * @param largestLayer of those of the largest layer
 * @param stored bytes that the checkpoint stores of {@code layers}
 */
public record WeightBytes(long all, long layers, long largestLayer, long stored) {
  static WeightBytes of(Checkpoint checkpoint, List<BlockSpec> blocks) {
    long all = checkpoint.tensors().stream().mapToLong(WeightBytes::bytes).sum();
    long layers = 0;
    long largest = 0;
    long stored = 0;
    for (BlockSpec block : blocks) {
      List<TensorInfo> tensors =
          names(block).filter(checkpoint::contains).map(checkpoint::tensor).toList();
      long layer = tensors.stream().mapToLong(WeightBytes::bytes).sum();
      layers += layer;
      largest = Math.max(largest, layer);
      stored += tensors.stream().mapToLong(TensorInfo::length).sum();
    }
    return new WeightBytes(all, layers, largest, stored);
  }

  /**
   * Bytes that a model takes of which one layer at a time is in memory: the weights outside the
   * layers, those of the largest layer, and as much again for the originals of those that are
   * edited.
   */
  public long streamed() {
    return all - layers + 2 * largestLayer;
  }

  private static long bytes(TensorInfo tensor) {
    return tensor.length() * Byte.SIZE / tensor.dtype().bits() * Float.BYTES;
  }

  private static Stream<String> names(BlockSpec block) {
    List<LinearSpec> maps = new ArrayList<>();
    maps.add(block.attention().input());
    maps.add(block.attention().output());
    maps.add(block.feedForward().up());
    maps.add(block.feedForward().down());
    return maps.stream()
        .flatMap(map -> map.names().stream())
        .flatMap(name -> Stream.of(name + ".weight", name + ".bias"))
        .distinct();
  }
}
