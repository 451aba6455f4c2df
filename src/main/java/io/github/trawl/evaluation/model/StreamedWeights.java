package io.github.trawl.evaluation.model;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.Problems;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights of a model that is larger than memory: those outside the layers are kept, those of a
 * layer are read from the checkpoint when the layer is asked for, in place of those of the layer
 * before.
 *
 * <p>To read each layer once, take all batches through it before asking for the next.
 */
final class StreamedWeights implements ModelWeights, Layers {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedWeights.class);

  private final List<BlockSpec> blocks;
  private final Checkpoint checkpoint;
  private final Configuration hadoop;
  private final WeightStore nonLayerWeights;
  private final TensorScope owner;
  private final NumberType type;
  private final Map<String, Integer> layerOfTensor = new HashMap<>();
  private final Map<String, Supplier<FloatBuffer>> patches = new LinkedHashMap<>();
  private final long layerBytes;

  /** The layer in memory; null if there is none. */
  private Layer loaded;

  private record Layer(int number, WeightStore weights, Block block) implements AutoCloseable {
    @Override
    public void close() {
      weights.close();
    }
  }

  /**
   * Checks the tensors of all layers; reads none.
   *
   * @param blocks all layers
   * @param nonLayerWeights the weights outside the layers; closed with this
   * @param owner owner of {@code nonLayerWeights}
   * @param type the type of all weights
   * @throws TrawlException if a tensor is missing or has a wrong shape or type
   */
  StreamedWeights(
      List<BlockSpec> blocks,
      Checkpoint checkpoint,
      Configuration hadoop,
      WeightStore nonLayerWeights,
      TensorScope owner,
      NumberType type) {
    this.blocks = List.copyOf(blocks);
    this.checkpoint = checkpoint;
    this.hadoop = hadoop;
    this.nonLayerWeights = nonLayerWeights;
    this.owner = owner;
    this.type = type;
    long most = 0;
    for (int number = 0; number < blocks.size(); number++) {
      try (Layer layer = reserve(number)) {
        for (String name : layer.weights().names()) {
          layerOfTensor.put(name, number);
        }
        most = Math.max(most, layer.weights().bytes());
      }
    }
    layerBytes = most;
  }

  /** Returns a layer without values; its memory is not touched before they are written. */
  private Layer reserve(int number) {
    WeightStore weights = new WeightStore(checkpoint, owner.newScope(), type);
    try {
      return new Layer(number, weights, new Block(blocks.get(number), weights));
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /** Whether the tensor of this name belongs to a layer. */
  boolean isOfLayer(String name) {
    return layerOfTensor.containsKey(name);
  }

  @Override
  public int count() {
    return blocks.size();
  }

  @Override
  public Block get(int layer) {
    if (loaded == null || loaded.number() != layer) {
      unload();
      loaded = load(layer);
    }
    return loaded.block();
  }

  private Layer load(int number) {
    long start = System.nanoTime();
    Layer layer = reserve(number);
    try {
      layer.weights().load(hadoop);
      patches.forEach(
          (name, values) -> {
            if (layer.weights().contains(name)) {
              layer.weights().patch(name, values);
            }
          });
    } catch (RuntimeException | Error e) {
      layer.close();
      throw e;
    }
    LOG.debug(
        "read layer {} of {} in {} ms",
        number,
        Problems.show(checkpoint.directory()),
        (System.nanoTime() - start) / 1_000_000);
    return layer;
  }

  private void unload() {
    if (loaded != null) {
      loaded.close();
      loaded = null;
    }
  }

  @Override
  public void patch(String name, Supplier<FloatBuffer> values) {
    Integer layer = layerOfTensor.get(name);
    if (layer == null) {
      nonLayerWeights.patch(name, values);
      return;
    }
    patches.put(name, values);
    if (loaded != null && loaded.number() == layer) {
      loaded.weights().patch(name, values);
    }
  }

  @Override
  public void restore() {
    patches.clear();
    nonLayerWeights.restore();
    if (loaded != null) {
      loaded.weights().restore();
    }
  }

  @Override
  public long bytes() {
    return nonLayerWeights.bytes() + layerBytes;
  }

  @Override
  public void close() {
    unload();
    nonLayerWeights.close();
  }
}
