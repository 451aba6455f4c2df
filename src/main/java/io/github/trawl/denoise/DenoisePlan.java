package io.github.trawl.denoise;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.plan.PlannedSolve;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.sweep.SweptPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The plan of a run: which stacks there are, and where each is solved.
 *
 * @param parts a single plan, or, if the run writes several points of a sweep together, a plan for
 *     each point
 */
record DenoisePlan(List<SolvePlan> parts) {
  DenoisePlan {
    parts = List.copyOf(parts);
  }

  /** Plans a request; the memory that it takes is checked only if its stacks are solved. */
  static DenoisePlan of(DenoiseRequest request, Checkpoint checkpoint, Configuration hadoop) {
    Architecture architecture = Architecture.of(checkpoint, request.architecture(), hadoop);
    List<SolvePlan> parts = new ArrayList<>();
    if (request.sweptPoint().isPresent()) {
      for (SweptPoint.Part part : request.sweptPoint().get().parts()) {
        StackPlan stacks = StackPlan.create(architecture, checkpoint, part.selection());
        parts.add(SolvePlan.of(stacks, part.options(), request.limits()));
      }
    } else {
      StackPlan stacks = StackPlan.create(architecture, checkpoint, request.selection());
      parts.add(SolvePlan.of(stacks, request.options(), request.limits()));
      parts.get(0).check();
    }
    return new DenoisePlan(parts);
  }

  /** The plan of a run that solves its stacks. */
  SolvePlan only() {
    if (parts.size() != 1) {
      throw new IllegalStateException("expected one plan, there are " + parts.size());
    }
    return parts.get(0);
  }

  List<WeightStack> stacks() {
    return parts.stream().flatMap(part -> part.solves().stream()).map(PlannedSolve::stack).toList();
  }

  /**
   * Off-heap bytes that are reserved to write each weight file, by its name. The sum over the parts
   * is an upper bound: their peaks need not coincide.
   */
  Map<String, Long> shardBytes() {
    Map<String, Long> bytes = new HashMap<>();
    parts.forEach(
        part -> part.shardBytes().forEach((shard, own) -> bytes.merge(shard, own, Long::sum)));
    return bytes;
  }

  List<String> remarks() {
    return parts.stream().flatMap(part -> part.remarks().stream()).distinct().toList();
  }
}
