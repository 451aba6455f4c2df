package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many bytes the weights of a model take as numbers of one type.
 *
 * @param all bytes of the whole checkpoint
 * @param layers bytes of the linear maps of all layers; norms, which are small, are not counted
 * @param largestLayer bytes of the linear maps of the largest layer
 * @param storedLayers bytes of the linear maps of all layers in the checkpoint's own types
 */
public record WeightBytes(long all, long layers, long largestLayer, long storedLayers) {
  static WeightBytes of(Checkpoint checkpoint, List<BlockSpec> blocks, NumberType type) {
    long all = checkpoint.tensors().stream().mapToLong(tensor -> bytes(tensor, type)).sum();
    long layers = 0;
    long largest = 0;
    long stored = 0;
    for (BlockSpec block : blocks) {
      List<TensorInfo> tensors =
          names(block).filter(checkpoint::contains).map(checkpoint::tensor).toList();
      long layer = tensors.stream().mapToLong(tensor -> bytes(tensor, type)).sum();
      layers += layer;
      largest = Math.max(largest, layer);
      stored += tensors.stream().mapToLong(TensorInfo::length).sum();
    }
    return new WeightBytes(all, layers, largest, stored);
  }

  /**
   * Returns the bytes that a model takes if one layer at a time is in memory: the weights outside
   * the layers, those of the largest layer, and as much again for the originals of edited weights.
   */
  public long streamed() {
    return all - layers + 2 * largestLayer;
  }

  private static long bytes(TensorInfo tensor, NumberType type) {
    return tensor.length() * Byte.SIZE / tensor.dtype().bits() * type.bytes();
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
