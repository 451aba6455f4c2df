package io.github.trawl.notebook;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The differences between two checkpoints, A and B, as DataFrames. */
public final class ComparisonView {
  private final Frames frames;
  private final ModelTensors first;
  private final ModelTensors second;

  /** The rows of {@link #tensors}; null until they are computed, which reads all weights. */
  private List<Row> rows;

  private ComparisonView(Frames frames, ModelTensors first, ModelTensors second) {
    this.frames = frames;
    this.first = first;
    this.second = second;
  }

  static ComparisonView open(SparkSession spark, Path first, Path second) {
    Frames frames = new Frames(spark);
    return new ComparisonView(
        frames,
        ModelTensors.open(first, Optional.empty(), frames.hadoop()),
        ModelTensors.open(second, Optional.empty(), frames.hadoop()));
  }

  /**
   * A row for each tensor of either checkpoint: {@code tensor}, {@code family}, {@code layer},
   * {@code roles}, {@code shape}, {@code parameters}, {@code first_dtype}, {@code second_dtype},
   * {@code status} ({@code same}, {@code changed}, {@code reshaped}, {@code removed} if only the
   * first has it, or {@code added}), {@code relative_difference} (‖B − A‖ / ‖A‖), {@code
   * difference_norm}, {@code first_norm}, {@code second_norm}, {@code cosine}, {@code
   * largest_difference} and {@code changed_values}.
   *
   * <p>F32, F16, BF16 and F64 are compared as float32, so that tensors of two of these dtypes are
   * {@code same} if all their values are equal. If both tensors have one other dtype, bytes are
   * compared: the row has {@code changed_values}, which counts bytes, and nulls from {@code
   * relative_difference} to {@code largest_difference}. All other tensors, which only one
   * checkpoint has or whose shapes or dtypes do not match, have nulls in all these columns.
   *
   * <p>The first call reads all weights of both checkpoints on the executors.
   */
  public synchronized Dataset<Row> tensors() {
    if (rows == null) {
      rows = compare();
    }
    return frames.of(
        "tensor STRING, family STRING, layer INT, roles ARRAY<STRING>, shape ARRAY<BIGINT>,"
            + " parameters BIGINT, first_dtype STRING, second_dtype STRING, status STRING,"
            + " relative_difference DOUBLE, difference_norm DOUBLE, first_norm DOUBLE,"
            + " second_norm DOUBLE, cosine DOUBLE, largest_difference DOUBLE,"
            + " changed_values BIGINT",
        rows);
  }

  /**
   * A row for each layer: {@code layer} (null for the tensors outside the layers), {@code tensors}
   * and {@code changed_tensors} (how many there are, and how many of them have another status than
   * {@code same}), {@code parameters}, {@code relative_difference} (‖B − A‖ / ‖A‖ over all tensors
   * whose numbers were compared), {@code difference_norm} and {@code first_norm}. Reads the weights
   * as {@link #tensors} does.
   */
  public Dataset<Row> layers() {
    return tensors()
        .groupBy(col("layer"))
        .agg(
            expr("count(1)").as("tensors"),
            expr("count_if(status <> 'same')").as("changed_tensors"),
            expr("sum(parameters)").as("parameters"),
            expr("sqrt(sum(difference_norm * difference_norm))").as("difference_norm"),
            expr("sqrt(sum(if(difference_norm is null, null, first_norm * first_norm)))")
                .as("first_norm"))
        .selectExpr(
            "layer",
            "tensors",
            "changed_tensors",
            "parameters",
            "if(first_norm = 0 and difference_norm = 0, 0D, try_divide(difference_norm, first_norm))"
                + " as relative_difference",
            "difference_norm",
            "first_norm");
  }

  private List<Row> compare() {
    SerializableConfiguration hadoop = frames.serializableHadoop();
    Map<String, TensorInfo> others = new LinkedHashMap<>();
    second.checkpoint().tensors().forEach(tensor -> others.put(tensor.name(), tensor));
    List<TensorPair> pairs = new ArrayList<>();
    for (TensorInfo tensor : first.checkpoint().tensors()) {
      TensorInfo other = others.get(tensor.name());
      if (other != null && comparable(tensor, other)) {
        pairs.add(new TensorPair(first.stored(tensor, hadoop), second.stored(other, hadoop)));
      }
    }
    Map<String, DifferenceSums> sums = differences(pairs);
    List<Row> all = new ArrayList<>();
    for (TensorInfo tensor : first.checkpoint().tensors()) {
      all.add(row(first, tensor, tensor, others.remove(tensor.name()), sums.get(tensor.name())));
    }
    others.values().forEach(tensor -> all.add(row(second, tensor, null, tensor, null)));
    return all;
  }

  /**
   * Returns whether two tensors have one shape and values to compare: numbers of F32, F16, BF16 or
   * F64, or bytes of one dtype.
   */
  private static boolean comparable(TensorInfo left, TensorInfo right) {
    return left.shape().equals(right.shape())
        && ((left.dtype().isDecodable() && right.dtype().isDecodable())
            || left.dtype() == right.dtype());
  }

  private Map<String, DifferenceSums> differences(List<TensorPair> pairs) {
    List<List<Spans.Span<TensorPair>>> tasks = Spans.of(pairs, TensorPair::length);
    List<double[]> found = frames.run("differences of weights", tasks, DifferenceSums::ofSpans);
    Map<String, DifferenceSums> sums = new HashMap<>();
    pairs.forEach(pair -> sums.put(pair.first().tensor().name(), new DifferenceSums()));
    for (int task = 0; task < tasks.size(); task++) {
      for (int span = 0; span < tasks.get(task).size(); span++) {
        TensorPair pair = tasks.get(task).get(span).tensor();
        sums.get(pair.first().tensor().name()).add(found.get(task), span);
      }
    }
    return sums;
  }

  /**
   * Returns the row of a tensor.
   *
   * @param model the checkpoint that has {@code tensor}: the first, unless it lacks the tensor
   * @param left the tensor in the first checkpoint; null if it lacks it
   * @param right the tensor in the second checkpoint; null if it lacks it
   * @param sums the sums of the comparison; null if the tensors cannot be compared
   */
  private static Row row(
      ModelTensors model,
      TensorInfo tensor,
      TensorInfo left,
      TensorInfo right,
      DifferenceSums sums) {
    TensorPlace place = model.place(tensor);
    boolean numeric = sums != null && left.dtype().isDecodable() && right.dtype().isDecodable();
    return RowFactory.create(
        tensor.name(),
        place.family(),
        place.layerOrNull(),
        model.roles(tensor),
        tensor.shape(),
        ModelTensors.elements(tensor),
        left == null ? null : left.dtype().name(),
        right == null ? null : right.dtype().name(),
        status(left, right, sums),
        numeric ? sums.relativeDifference() : null,
        numeric ? (Double) sums.differenceNorm() : null,
        numeric ? (Double) sums.firstNorm() : null,
        numeric ? (Double) sums.secondNorm() : null,
        numeric ? sums.cosine() : null,
        numeric ? (Double) sums.largest() : null,
        sums == null ? null : (Long) sums.changed());
  }

  private static String status(TensorInfo left, TensorInfo right, DifferenceSums sums) {
    if (left == null) {
      return "added";
    }
    if (right == null) {
      return "removed";
    }
    if (!left.shape().equals(right.shape())) {
      return "reshaped";
    }
    return sums != null && sums.isSame() ? "same" : "changed";
  }
}
