package io.github.trawl.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.TensorNames;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A report, as text and as JSON, on what a checkpoint holds and what of it can be stacked. */
public final class InspectReport {
  private final String directory;
  private final String modelType;
  private final List<TensorInfo> tensors;
  private final int shards;
  private final String architecture;
  private final List<WeightSlice> slices;
  private final Map<StackSelection, StackPlan> plans;
  private final List<String> remarks;

  private InspectReport(
      String directory,
      String modelType,
      List<TensorInfo> tensors,
      int shards,
      String architecture,
      List<WeightSlice> slices,
      Map<StackSelection, StackPlan> plans,
      List<String> remarks) {
    this.directory = directory;
    this.modelType = modelType;
    this.tensors = tensors;
    this.shards = shards;
    this.architecture = architecture;
    this.slices = slices;
    this.plans = plans;
    this.remarks = remarks;
  }

  /**
   * A report on {@code checkpoint} as {@code architecture} describes it.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if the checkpoint does not fit the
   *     architecture
   */
  public static InspectReport create(Checkpoint checkpoint, Architecture architecture) {
    return create(
        checkpoint.directory().toString(),
        checkpoint.modelType(),
        checkpoint.tensors(),
        checkpoint.shards().size(),
        architecture,
        architecture.slices(checkpoint));
  }

  /** A report on a checkpoint whose layout is not known, with {@code reason} as its remark. */
  public static InspectReport withoutArchitecture(Checkpoint checkpoint, String reason) {
    return new InspectReport(
        checkpoint.directory().toString(),
        checkpoint.modelType(),
        checkpoint.tensors(),
        checkpoint.shards().size(),
        "unknown",
        List.of(),
        Map.of(),
        List.of(reason));
  }

  static InspectReport create(
      String directory,
      String modelType,
      List<TensorInfo> tensors,
      int shards,
      Architecture architecture,
      List<WeightSlice> slices) {
    Map<StackSelection, StackPlan> plans = new LinkedHashMap<>();
    Set<String> remarks = new LinkedHashSet<>();
    for (Strategy strategy : Strategy.values()) {
      for (String matrices : List.of("fc", "qkvo")) {
        StackSelection selection = new StackSelection(strategy, matrices, "all");
        try {
          StackPlan plan = StackPlan.create(architecture, slices, selection);
          plans.put(selection, plan);
          if (strategy == Strategy.LAYER) {
            // The remarks on wider stacks would repeat these for segments and for the model.
            plan.remarks().forEach(remark -> remarks.add("--matrices " + matrices + ", " + remark));
          }
        } catch (TrawlException e) {
          remarks.add("--matrices " + matrices + " can't be stacked: " + e.getMessage());
        }
      }
    }
    return new InspectReport(
        directory,
        modelType,
        tensors,
        shards,
        architecture.name(),
        slices,
        plans,
        List.copyOf(remarks));
  }

  /** The report as lines of text, each ended by a line feed. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(directory).append('\n');
    text.append(
        "  model_type %s, architecture %s, %s\n"
            .formatted(modelType, architecture, PlanReport.count(layers(), "layer")));
    text.append(
        String.format(
            Locale.ROOT,
            "  %,d parameters in %s, %s MiB, %s\n",
            tensors.stream().mapToLong(InspectReport::elements).sum(),
            PlanReport.count(tensors.size(), "tensor"),
            TextTable.mebibytes(bytes(tensors)),
            PlanReport.count(shards, "file")));
    section(text, "Dtypes", dtypeTable());
    section(text, "Matrices", matrixTable());
    section(text, slices.isEmpty() ? "Tensors" : "Other tensors, left as they are", otherTable());
    section(text, "What can be stacked", stackTable());
    return text.append(PlanReport.remarks(remarks)).toString();
  }

  /**
   * The report as JSON: {@code directory}, {@code model_type}, {@code architecture}, {@code
   * layers}, {@code files} (how many), {@code parameters}, {@code bytes}, {@code tensors} (each
   * with name, dtype, shape, file, bytes, and layer and roles if it holds matrices), {@code stacks}
   * (strategy, matrices, name, shape, and bytes in float32) and {@code remarks}.
   */
  public ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("directory", directory).put("model_type", modelType).put("architecture", architecture);
    root.put("layers", layers()).put("files", shards);
    root.put("parameters", tensors.stream().mapToLong(InspectReport::elements).sum());
    root.put("bytes", bytes(tensors));
    Map<String, List<WeightSlice>> held =
        slices.stream().collect(Collectors.groupingBy(slice -> slice.tensor().name()));
    ArrayNode tensorNodes = root.putArray("tensors");
    for (TensorInfo tensor : tensors) {
      ObjectNode node = tensorNodes.addObject();
      node.put("name", tensor.name()).put("dtype", tensor.dtype().name());
      tensor.shape().forEach(node.putArray("shape")::add);
      node.put("file", tensor.file()).put("bytes", tensor.length());
      if (held.containsKey(tensor.name())) {
        node.put("layer", held.get(tensor.name()).get(0).layer());
        ArrayNode roles = node.putArray("roles");
        held.get(tensor.name()).forEach(slice -> roles.add(MatrixSelection.key(slice.role())));
      }
    }
    ArrayNode stackNodes = root.putArray("stacks");
    plans.forEach(
        (selection, plan) ->
            plan.stacks()
                .forEach(
                    stack -> {
                      ObjectNode node = stackNodes.addObject();
                      node.put("strategy", selection.strategy().key());
                      node.put("matrices", selection.matrices()).put("name", stack.name());
                      node.putArray("shape")
                          .add(stack.depth())
                          .add(stack.rows())
                          .add(stack.columns());
                      node.put("bytes", stack.bytes());
                    }));
    ArrayNode remarkNodes = root.putArray("remarks");
    remarks.forEach(remarkNodes::add);
    return root;
  }

  private TextTable dtypeTable() {
    Map<DType, List<TensorInfo>> dtypes =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    TensorInfo::dtype, () -> new EnumMap<>(DType.class), Collectors.toList()));
    TextTable table = new TextTable("dtype", ">tensors", ">parameters", ">MiB");
    dtypes.forEach(
        (dtype, list) ->
            table.row(
                dtype,
                list.size(),
                String.format(
                    Locale.ROOT, "%,d", list.stream().mapToLong(InspectReport::elements).sum()),
                TextTable.mebibytes(bytes(list))));
    return table;
  }

  private TextTable matrixTable() {
    Map<List<Object>, List<WeightSlice>> alike = new LinkedHashMap<>();
    for (MatrixRole role : MatrixRole.values()) {
      for (WeightSlice slice : slices) {
        if (slice.role() == role) {
          String pattern = TensorNames.pattern(slice.tensor().name());
          alike
              .computeIfAbsent(
                  List.of(role, slice.rows(), slice.columns(), slice.tensor().dtype(), pattern),
                  key -> new ArrayList<>())
              .add(slice);
        }
      }
    }
    TextTable table =
        new TextTable("role", "layers", "shape [out, in]", "dtype", ">MiB", "tensor", "stored");
    alike.forEach(
        (key, group) -> {
          WeightSlice first = group.get(0);
          long elements = (long) first.rows() * first.columns() * group.size();
          table.row(
              MatrixSelection.key(first.role()),
              LayerSelection.ranges(group.stream().map(WeightSlice::layer).toList()),
              "[%d, %d]".formatted(first.rows(), first.columns()),
              first.tensor().dtype(),
              TextTable.mebibytes(elements * first.tensor().dtype().bits() / Byte.SIZE),
              key.get(4),
              stored(first));
        });
    return table;
  }

  /**
   * Describes how a matrix lies in its tensor: the order of the dimensions, and, if it is not the
   * whole tensor, whether it is one part of it or a part for each attention head.
   */
  private static String stored(WeightSlice slice) {
    String order = slice.layout().inputsFirst() ? "[in, out]" : "[out, in]";
    int outputs = slice.layout().outputs().size();
    long whole = slice.tensor().shape().get(slice.layout().inputsFirst() ? 1 : 0);
    if (outputs == whole) {
      return order;
    }
    return slice.layout().outputs().group() == outputs
        ? order + ", part of " + slice.tensor().shape()
        : order + ", per head in " + slice.tensor().shape();
  }

  private TextTable otherTable() {
    Set<String> held =
        slices.stream().map(slice -> slice.tensor().name()).collect(Collectors.toSet());
    List<TensorInfo> others =
        tensors.stream().filter(tensor -> !held.contains(tensor.name())).toList();
    TextTable table = new TextTable("tensor", ">tensors", "shape", "dtype", ">MiB");
    for (TensorSummary summary : TensorSummary.of(others)) {
      table.row(
          summary.pattern(),
          summary.tensors().size(),
          summary.shape(),
          summary.dtype(),
          TextTable.mebibytes(summary.bytes()));
    }
    return table;
  }

  private TextTable stackTable() {
    TextTable table =
        new TextTable(
            "strategy", "--matrices", "stack", ">stacks", "shape", ">MiB each", "matrices");
    plans.forEach(
        (selection, plan) -> {
          for (StackRow rows : StackRow.of(plan.stacks())) {
            table.row(
                selection.strategy().key(),
                selection.matrices(),
                rows.name(),
                rows.stacks().size(),
                StackRow.shape(rows.first()),
                TextTable.mebibytes(rows.first().bytes()),
                StackRow.content(rows.first(), true));
          }
        });
    return table;
  }

  private static void section(StringBuilder text, String heading, TextTable table) {
    if (!table.isEmpty()) {
      text.append('\n').append(heading).append('\n').append(table.render());
    }
  }

  private long layers() {
    return slices.stream().mapToInt(WeightSlice::layer).distinct().count();
  }

  private static long elements(TensorInfo tensor) {
    return tensor.shape().stream().reduce(1L, (left, right) -> left * right);
  }

  private static long bytes(List<TensorInfo> tensors) {
    return tensors.stream().mapToLong(TensorInfo::length).sum();
  }
}
