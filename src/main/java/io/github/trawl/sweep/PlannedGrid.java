package io.github.trawl.sweep;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.PlannedSolve;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.WeightStack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The points of a grid with the solves that they need. Points with the same stack, method and
 * iteration settings share solves, in batches, even if the stack belongs to different selections.
 *
 * @param points in the order of the grid
 * @param layers number of layers of the model; layers after the last one with matrices that can be
 *     stacked are not counted
 * @param remarks for the user, such as matrices left out of stacks; one sentence each
 */
record PlannedGrid(List<PlannedPoint> points, int layers, List<String> remarks) {
  PlannedGrid {
    points = List.copyOf(points);
    remarks = List.copyOf(remarks);
  }

  /**
   * Plans the solves.
   *
   * @throws TrawlException of category {@code USAGE} if a selection does not suit the model, a rank
   *     is too large for a stack, or a stack does not fit the limits; the message names the
   *     selection, the point or the stack
   */
  static PlannedGrid of(
      List<Point> points, Architecture architecture, Checkpoint checkpoint, SolveLimits limits) {
    return new Planner(architecture, checkpoint, limits).plan(points);
  }

  /**
   * Returns the number of layers of a model. Layers after the last one with matrices that can be
   * stacked are not counted.
   */
  static int layers(Architecture architecture, Checkpoint checkpoint) {
    return 1
        + architecture.slices(checkpoint).stream()
            .mapToInt(slice -> slice.layer())
            .max()
            .orElseThrow();
  }

  /** Returns all batches, in the order in which points first need them. */
  List<SolveBatch> batches() {
    Set<SolveBatch> all = new LinkedHashSet<>();
    points.forEach(point -> all.addAll(point.batches()));
    return List.copyOf(all);
  }

  private static final class Planner {
    private final Architecture architecture;
    private final Checkpoint checkpoint;
    private final SolveLimits limits;
    private final Map<StackSelection, StackPlan> plans = new HashMap<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** For each stack with its method and settings, the sizes of the points with their seeds. */
    private final Map<BatchKey, Map<DecompositionSize, SortedSet<Long>>> wanted =
        new LinkedHashMap<>();

    private final Map<BatchKey, WeightStack> stacks = new HashMap<>();

    Planner(Architecture architecture, Checkpoint checkpoint, SolveLimits limits) {
      this.architecture = architecture;
      this.checkpoint = checkpoint;
      this.limits = limits;
    }

    PlannedGrid plan(List<Point> points) {
      points.forEach(this::addWanted);
      Map<BatchKey, List<SolveBatch>> batches = new HashMap<>();
      wanted.forEach((key, sizes) -> batches.put(key, batches(key, sizes)));
      List<PlannedPoint> planned =
          points.stream()
              .map(
                  point ->
                      new PlannedPoint(
                          point,
                          keys(point).stream()
                              .map(key -> findBatch(point, batches.get(key)))
                              .toList()))
              .toList();
      return new PlannedGrid(planned, layers(architecture, checkpoint), List.copyOf(remarks));
    }

    private void addWanted(Point point) {
      for (BatchKey key : keys(point)) {
        // Fails early, naming the point whose rank does not fit the stack.
        try {
          point
              .settings()
              .options(point.method(), List.of(point.size()), List.of(point.seed()))
              .members(stacks.get(key).shape());
        } catch (TrawlException e) {
          throw new TrawlException(e.category(), "point " + point.id() + ": " + e.getMessage(), e);
        }
        wanted
            .computeIfAbsent(key, any -> new HashMap<>())
            .computeIfAbsent(point.size(), any -> new TreeSet<>())
            .add(point.seed());
      }
    }

    private List<BatchKey> keys(Point point) {
      StackPlan plan = plans.computeIfAbsent(point.selection(), this::stackPlan);
      List<WeightStack> all = point.method().splitsStacks() ? plan.matrices() : plan.stacks();
      List<BatchKey> keys = new ArrayList<>();
      for (WeightStack stack : all) {
        BatchKey key = BatchKey.of(stack, point.method(), point.settings());
        stacks.putIfAbsent(key, stack);
        keys.add(key);
      }
      return keys;
    }

    private StackPlan stackPlan(StackSelection selection) {
      StackPlan plan = StackPlan.create(architecture, checkpoint, selection);
      remarks.addAll(plan.remarks());
      return plan;
    }

    private List<SolveBatch> batches(BatchKey key, Map<DecompositionSize, SortedSet<Long>> sizes) {
      DecompositionMethod method = key.method();
      WeightStack stack = stacks.get(key);
      List<SolveBatch> batches = new ArrayList<>();
      for (SolveBatches.Members members :
          SolveBatches.of(sizes, method.isNested(), size -> columns(key, size))) {
        DecompositionOptions options =
            key.settings().options(method, members.sizes(), members.seeds());
        SolvePlan plan = SolvePlan.of(new StackPlan(List.of(stack), List.of()), options, limits);
        plan.check();
        remarks.addAll(plan.remarks());
        PlannedSolve solve = plan.solves().get(0);
        batches.add(new SolveBatch(key, solve, members.sizes(), members.seeds(), options));
      }
      return batches;
    }

    /** Returns the rank that a size means for the stack, whatever the seed. */
    private long columns(BatchKey key, DecompositionSize size) {
      return key.settings()
          .options(key.method(), List.of(size), List.of(0L))
          .members(stacks.get(key).shape())
          .get(0)
          .rank();
    }

    private static SolveBatch findBatch(Point point, Collection<SolveBatch> batches) {
      return batches.stream()
          .filter(
              batch -> batch.sizes().contains(point.size()) && batch.seeds().contains(point.seed()))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no batch holds " + point.id()));
    }
  }
}
