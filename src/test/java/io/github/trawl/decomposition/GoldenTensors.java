package io.github.trawl.decomposition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The tensors and golden fits of src/test/python/make_decomposition_golden.py. */
final class GoldenTensors {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private GoldenTensors() {}

  /** The entries of {@code tensors} in a resource of golden fits. */
  static List<JsonNode> load(String resource) {
    try (InputStream stream = GoldenTensors.class.getResourceAsStream(resource)) {
      List<JsonNode> tensors = new ArrayList<>();
      new ObjectMapper().readTree(stream).get("tensors").forEach(tensors::add);
      return tensors;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + resource, e);
    }
  }

  /** The tensor that an entry of small-fits.json describes. */
  static TensorBlock formula(JsonNode entry, OffHeapMemory memory) {
    JsonNode shape = entry.get("shape");
    return formula(
        shape.get(0).asInt(),
        shape.get(1).asInt(),
        shape.get(2).asInt(),
        entry.get("signalRank").asInt(),
        entry.get("noise").asDouble(),
        memory);
  }

  /** {@code rank} rank-one terms with factors in [-0.5, 0.5), and noise of that width. */
  static TensorBlock formula(
      int depth, int rows, int columns, int rank, double noise, OffHeapMemory memory) {
    TensorBlock block = TensorBlock.allocate(memory, 0, depth, rows, columns);
    for (int k = 0; k < depth; k++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double value = noise * uniform(4, ((long) k * rows + i) * columns + j);
          for (int r = 0; r < rank; r++) {
            value +=
                uniform(1, (long) k * rank + r)
                    * uniform(2, (long) i * rank + r)
                    * uniform(3, (long) j * rank + r);
          }
          block.slice(k).set(i, j, (float) value);
        }
      }
    }
    return block;
  }

  /** In [-0.5, 0.5), from SplitMix64. */
  static double uniform(long stream, long position) {
    long z = ((stream << 32) + position) * GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    z = z ^ (z >>> 31);
    return (z >>> 40) * 0x1p-24 - 0.5;
  }
}
