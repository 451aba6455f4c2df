package io.github.trawl.evaluation;

import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.factors.Reassembly;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * A cache of the edited tensors that the Spark tasks of this process have computed, so that an
 * {@link EvaluationSession} computes each tensor once and not once for each Spark task. Entries are
 * not shared between sessions, since the files may have changed.
 *
 * <p>The cache takes at most a quarter of the heap. Beyond that, the least recently used tensors
 * are dropped, and computed again when needed.
 */
final class EditedTensors {
  /** The instance that all Spark tasks of this process share. */
  static final EditedTensors PROCESS = new EditedTensors(Runtime.getRuntime().maxMemory() / 4);

  private final long limitBytes;
  private final Map<Key, float[]> values = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Key(String session, List<MatrixEdit> edits) {}

  EditedTensors(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Calls {@code target} for each tensor that {@code edits} change, with its name and a supplier
   * that computes all of its values or takes them from the cache.
   */
  void forEach(
      ExecutionSettings execution,
      List<MatrixEdit> edits,
      BiConsumer<String, Supplier<FloatBuffer>> target) {
    Map<TensorInfo, List<MatrixEdit>> byTensor = new LinkedHashMap<>();
    for (MatrixEdit edit : edits) {
      byTensor.computeIfAbsent(edit.slice().tensor(), key -> new ArrayList<>()).add(edit);
    }
    byTensor.forEach(
        (tensor, own) ->
            target.accept(tensor.name(), () -> FloatBuffer.wrap(values(execution, own))));
  }

  /** Returns the bytes that the cache takes now. */
  synchronized long bytes() {
    return bytes;
  }

  private synchronized float[] values(ExecutionSettings execution, List<MatrixEdit> edits) {
    Key key = new Key(execution.id(), edits);
    float[] known = values.get(key);
    if (known != null) {
      return known;
    }
    float[] made = make(execution, edits);
    bytes += (long) made.length * Float.BYTES;
    values.put(key, made);
    while (bytes > limitBytes) {
      Key oldest = values.keySet().iterator().next();
      bytes -= (long) values.remove(oldest).length * Float.BYTES;
    }
    return made;
  }

  private static float[] make(ExecutionSettings execution, List<MatrixEdit> edits) {
    Map<String, ShardFile> shards =
        execution.source().shards().stream()
            .collect(Collectors.toMap(ShardFile::name, Function.identity()));
    return Reassembly.values(
        new Path(execution.source().directory()), shards, edits, execution.hadoop().value());
  }
}
