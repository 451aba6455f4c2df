package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDManager;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
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
 * <p>Whoever takes many batches through one layer before the next reads the model once.
 */
final class StreamedWeights implements ModelWeights, Layers {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedWeights.class);

  private final List<BlockSpec> blocks;
  private final Checkpoint checkpoint;
  private final Configuration hadoop;
  private final WeightStore kept;
  private final NDManager manager;
  private final Map<String, Integer> layerOfTensor = new HashMap<>();
  private final Map<String, Supplier<FloatBuffer>> patches = new LinkedHashMap<>();
  private final long layerBytes;

  /** The layer in memory; null if there is none. */
  private Loaded loaded;

  private record Loaded(int layer, WeightStore weights, Block block) {}

  /**
   * Checks the tensors of all layers; reads none.
   *
   * @param blocks all layers
   * @param kept the weights outside the layers; closed with this
   * @param manager owner of {@code kept}
   * @throws TrawlException if a tensor is missing or has a wrong shape or type
   */
  StreamedWeights(
      List<BlockSpec> blocks,
      Checkpoint checkpoint,
      Configuration hadoop,
      WeightStore kept,
      NDManager manager) {
    this.blocks = List.copyOf(blocks);
    this.checkpoint = checkpoint;
    this.hadoop = hadoop;
    this.kept = kept;
    this.manager = manager;
    long most = 0;
    for (int layer = 0; layer < blocks.size(); layer++) {
      try (Empty empty = empty(layer)) {
        for (String name : empty.weights().names()) {
          layerOfTensor.put(name, layer);
        }
        most = Math.max(most, empty.weights().bytes());
      }
    }
    layerBytes = most;
  }

  /**
   * A layer whose weights have memory, which is not touched before it is written, but no values.
   */
  private record Empty(WeightStore weights, Block block) implements AutoCloseable {
    @Override
    public void close() {
      weights.close();
    }
  }

  private Empty empty(int layer) {
    WeightStore weights = new WeightStore(checkpoint, manager.newSubManager());
    try {
      return new Empty(weights, new Block(blocks.get(layer), weights));
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
    if (loaded == null || loaded.layer() != layer) {
      unload();
      loaded = load(layer);
    }
    return loaded.block();
  }

  private Loaded load(int layer) {
    long start = System.nanoTime();
    Empty empty = empty(layer);
    WeightStore weights = empty.weights();
    try {
      weights.load(hadoop);
      patches.forEach(
          (name, values) -> {
            if (weights.contains(name)) {
              weights.patch(name, values);
            }
          });
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
    LOG.debug(
        "read layer {} of {} in {} ms",
        layer,
        checkpoint.directory(),
        (System.nanoTime() - start) / 1_000_000);
    return new Loaded(layer, weights, empty.block());
  }

  private void unload() {
    if (loaded != null) {
      loaded.weights().close();
      loaded = null;
    }
  }

  @Override
  public void patch(String name, Supplier<FloatBuffer> values) {
    Integer layer = layerOfTensor.get(name);
    if (layer == null) {
      kept.patch(name, values);
      return;
    }
    patches.put(name, values);
    if (loaded != null && loaded.layer() == layer) {
      loaded.weights().patch(name, values);
    }
  }

  @Override
  public void restore() {
    patches.clear();
    kept.restore();
    if (loaded != null) {
      loaded.weights().restore();
    }
  }

  @Override
  public long bytes() {
    return kept.bytes() + layerBytes;
  }

  @Override
  public void close() {
    unload();
    kept.close();
  }
}
