package io.github.trawl.notebook;

import static org.apache.spark.sql.functions.col;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.solve.CheckpointSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The tensors, matrices and stacks of a checkpoint as DataFrames. */
public final class CheckpointView {
  private static final List<String> MATRIX_GROUPS = List.of("fc", "qkvo");

  private final Frames frames;
  private final ModelTensors model;

  private CheckpointView(Frames frames, ModelTensors model) {
    this.frames = frames;
    this.model = model;
  }

  static CheckpointView open(SparkSession spark, Path directory, Optional<Path> architecture) {
    Frames frames = new Frames(spark);
    return new CheckpointView(frames, ModelTensors.open(directory, architecture, frames.hadoop()));
  }

  /**
   * A row for each stored tensor: {@code tensor} (its name), {@code family} (the name with {@code
   * {i}} for the number of the layer), {@code dtype}, {@code shape}, {@code parameters}, {@code
   * bytes}, {@code file}, {@code layer} (null for a tensor outside the layers), {@code roles} (of
   * the matrices in it) and {@code stackable} (whether it holds matrices that can be decomposed).
   */
  public Dataset<Row> tensors() {
    return frames.of(
        "tensor STRING, family STRING, dtype STRING, shape ARRAY<BIGINT>, parameters BIGINT,"
            + " bytes BIGINT, file STRING, layer INT, roles ARRAY<STRING>, stackable BOOLEAN",
        model.checkpoint().tensors().stream().map(this::tensorRow).toList());
  }

  private Row tensorRow(TensorInfo tensor) {
    TensorPlace place = model.place(tensor);
    List<String> roles = model.roles(tensor);
    return RowFactory.create(
        tensor.name(),
        place.family(),
        tensor.dtype().name(),
        tensor.shape(),
        ModelTensors.elements(tensor),
        tensor.length(),
        tensor.file(),
        place.layerOrNull(),
        roles,
        !roles.isEmpty() && tensor.dtype().isDecodable());
  }

  /**
   * A row for each weight matrix, oriented outputs × inputs: {@code layer}, {@code role}, {@code
   * tensor}, {@code family}, {@code dtype}, {@code rows}, {@code columns}, {@code parameters},
   * {@code inputs_first} (whether the tensor stores the transpose), {@code fused} (whether other
   * matrices share the tensor) and {@code stackable} (whether it can be decomposed). There are no
   * rows if the layout of the model is not known.
   */
  public Dataset<Row> matrices() {
    return frames.of(
        "layer INT, role STRING, tensor STRING, family STRING, dtype STRING, rows INT,"
            + " columns INT, parameters BIGINT, inputs_first BOOLEAN, fused BOOLEAN,"
            + " stackable BOOLEAN",
        model.slices().stream().map(this::matrixRow).toList());
  }

  private Row matrixRow(WeightSlice slice) {
    return RowFactory.create(
        slice.layer(),
        ModelTensors.role(slice),
        slice.tensor().name(),
        model.place(slice.tensor()).family(),
        slice.tensor().dtype().name(),
        slice.rows(),
        slice.columns(),
        (long) slice.rows() * slice.columns(),
        slice.layout().inputsFirst(),
        model.isFused(slice.tensor()),
        slice.tensor().dtype().isDecodable());
  }

  /**
   * A row for each stack of each strategy with the matrices {@code fc} and {@code qkvo} of all
   * layers: {@code strategy}, {@code matrices}, {@code stack} (its name), {@code slices} (their
   * number), {@code rows}, {@code columns}, {@code parameters}, {@code bytes} (in float32), {@code
   * layers} and {@code labels} (of the slices).
   */
  public Dataset<Row> stacks() {
    List<Row> rows = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      for (String matrices : MATRIX_GROUPS) {
        plan(strategy, matrices).plan().stacks().stream()
            .map(stack -> stackRow(strategy, matrices, stack))
            .forEach(rows::add);
      }
    }
    return frames.of(
        "strategy STRING, matrices STRING, stack STRING, slices INT, rows INT, columns INT,"
            + " parameters BIGINT, bytes BIGINT, layers ARRAY<INT>, labels ARRAY<STRING>",
        rows);
  }

  private static Row stackRow(Strategy strategy, String matrices, WeightStack stack) {
    return RowFactory.create(
        strategy.key(),
        matrices,
        stack.name(),
        stack.depth(),
        stack.rows(),
        stack.columns(),
        stack.shape().values(),
        stack.bytes(),
        stack.slices().stream().map(WeightSlice::layer).distinct().sorted().toList(),
        stack.slices().stream().map(WeightSlice::label).toList());
  }

  /**
   * A row for each {@code remark} that says which matrices can't be stacked, or only in a way that
   * a user might not expect, and why.
   */
  public Dataset<Row> remarks() {
    Set<String> remarks = new LinkedHashSet<>();
    model.unknownReason().ifPresent(remarks::add);
    for (String matrices : MATRIX_GROUPS) {
      PlanOrRefusal planned = plan(Strategy.LAYER, matrices);
      Stream.concat(planned.plan().remarks().stream(), planned.refusal().stream())
          .map(remark -> matrices + ": " + remark)
          .forEach(remarks::add);
    }
    return frames.of("remark STRING", remarks.stream().map(RowFactory::create).toList());
  }

  /** A plan, without stacks if there is none, and the message that refused it. */
  private record PlanOrRefusal(StackPlan plan, Optional<String> refusal) {}

  private PlanOrRefusal plan(Strategy strategy, String matrices) {
    StackPlan none = new StackPlan(List.of(), List.of());
    if (model.architecture().isEmpty()) {
      return new PlanOrRefusal(none, Optional.empty());
    }
    try {
      StackSelection selection = new StackSelection(strategy, matrices, "all");
      return new PlanOrRefusal(
          StackPlan.create(model.architecture().get(), model.checkpoint(), selection),
          Optional.empty());
    } catch (TrawlException e) {
      return new PlanOrRefusal(none, Optional.of(e.getMessage()));
    }
  }

  /**
   * Reads the weights on the executors and returns a row for each tensor of a floating-point type
   * that can be decoded: {@code tensor}, {@code family}, {@code layer}, {@code roles}, {@code
   * parameters}, {@code norm} (Frobenius), {@code mean}, {@code standard_deviation}, {@code
   * largest} (magnitude), {@code zeros} (count) and {@code not_finite} (count). Values that are not
   * finite contribute to no other column but {@code parameters}.
   */
  public Dataset<Row> norms() {
    SerializableConfiguration hadoop = frames.serializableHadoop();
    List<StoredTensor> tensors =
        model.checkpoint().tensors().stream()
            .filter(tensor -> tensor.dtype().isDecodable())
            .map(tensor -> model.stored(tensor, hadoop))
            .toList();
    List<TensorSums> sums = tensors.stream().map(tensor -> new TensorSums()).toList();
    List<List<Spans.Span<StoredTensor>>> tasks =
        Spans.of(tensors, tensor -> ModelTensors.elements(tensor.tensor()));
    List<double[]> found = frames.run("norms of weights", tasks, TensorSums::ofSpans);
    for (int task = 0; task < tasks.size(); task++) {
      for (int span = 0; span < tasks.get(task).size(); span++) {
        sums.get(tasks.get(task).get(span).tensorIndex()).add(found.get(task), span);
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      rows.add(normRow(tensors.get(i).tensor(), sums.get(i)));
    }
    return frames.of(
        "tensor STRING, family STRING, layer INT, roles ARRAY<STRING>, parameters BIGINT,"
            + " norm DOUBLE, mean DOUBLE, standard_deviation DOUBLE, largest DOUBLE, zeros BIGINT,"
            + " not_finite BIGINT",
        rows);
  }

  private Row normRow(TensorInfo tensor, TensorSums sums) {
    TensorPlace place = model.place(tensor);
    long count = ModelTensors.elements(tensor);
    return RowFactory.create(
        tensor.name(),
        place.family(),
        place.layerOrNull(),
        model.roles(tensor),
        count,
        sums.norm(),
        sums.mean(count),
        sums.standardDeviation(count),
        sums.largest(),
        sums.zeros(),
        sums.notFinite());
  }

  /**
   * Computes all singular values of the selected matrices on the executors, each matrix in a task,
   * and returns a row for each singular value: {@code layer, role, tensor, rows, columns}, {@code
   * component} (from 1), {@code value}, {@code relative} (to the largest), {@code energy} (share of
   * the sum of squares, cumulative), {@code noise_edge} (the largest singular value of noise alone,
   * by Marchenko and Pastur), {@code hard_threshold} (Gavish and Donoho's) and {@code above_noise}
   * (whether {@code value} exceeds {@code noise_edge}). Values below about 1e-6 of the largest are
   * 0.
   *
   * @param matrices {@code fc}, {@code qkvo} or roles such as {@code up,down}
   * @param layers {@code all}, {@code last:2}, {@code 0-3,11} and so on
   * @throws TrawlException if the model has no such matrices or layers, its layout is not known, or
   *     a matrix has values that are not finite
   */
  public Dataset<Row> spectra(String matrices, String layers) {
    List<WeightStack> selected = selected(matrices, layers);
    SerializableConfiguration hadoop = frames.serializableHadoop();
    List<float[]> spectra =
        frames.run(
            "spectra of " + selected.size() + " matrices",
            selected.stream()
                .map(
                    stack ->
                        new MatrixSpectrum(
                            stack.slices().get(0).label(),
                            new CheckpointSource(model.checkpoint(), stack, hadoop)))
                .toList(),
            MatrixSpectrum::compute);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < selected.size(); i++) {
      rows.add(spectrumRow(selected.get(i).slices().get(0), Spectrum.of(spectra.get(i))));
    }
    return frames
        .of(
            "layer INT, role STRING, tensor STRING, rows INT, columns INT, noise_edge DOUBLE,"
                + " hard_threshold DOUBLE, "
                + Spectrum.COLUMNS,
            rows)
        .select(
            Spectrum.explodedColumns(
                List.of(
                    "layer", "role", "tensor", "rows", "columns", "noise_edge", "hard_threshold")))
        .withColumn("above_noise", col("value").gt(col("noise_edge")));
  }

  /** Returns the selected matrices, each as a stack of one slice, outputs × inputs. */
  private List<WeightStack> selected(String matrices, String layers) {
    if (model.architecture().isEmpty()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          model.unknownReason().orElseThrow()
              + "; spectra need an architecture: give its JSON file to Trawl.checkpoint");
    }
    StackSelection selection = new StackSelection(Strategy.LAYER, matrices, layers);
    List<WeightStack> stacks =
        StackPlan.create(model.architecture().get(), model.checkpoint(), selection).matrices();
    return stacks.stream()
        .map(stack -> stack.slices().get(0))
        .map(slice -> slice.layout().transposed() ? slice.transpose() : slice)
        .map(slice -> new WeightStack(slice.label(), List.of(slice)))
        .toList();
  }

  private static Row spectrumRow(WeightSlice slice, Spectrum spectrum) {
    NoiseThreshold noise =
        NoiseThreshold.ofMedian(slice.rows(), slice.columns(), spectrum.median());
    return RowFactory.create(
        slice.layer(),
        ModelTensors.role(slice),
        slice.tensor().name(),
        slice.rows(),
        slice.columns(),
        noise.edge(),
        noise.hardThreshold(),
        spectrum.values(),
        spectrum.relative(),
        spectrum.energy());
  }
}
