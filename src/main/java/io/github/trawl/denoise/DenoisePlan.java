package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.sweep.SweptPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The plan of a run: which stacks there are, and where each is solved.
 *
 * @param parts a single plan, or, if the run writes several points of a sweep together, a plan for
 *     each point
 * @param architecture as {@link Manifest#architecture} returns it
 */
record DenoisePlan(List<SolvePlan> parts, JsonNode architecture) {
  DenoisePlan {
    parts = List.copyOf(parts);
  }

  /**
   * Plans a request.
   *
   * @throws io.github.trawl.TrawlException if the matrices can't be stacked, or solving the stacks
   *     or writing the weights is certain to fail
   */
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
    DenoisePlan plan = new DenoisePlan(parts, Manifest.architecture(request, hadoop));
    if (request.sweptPoint().isPresent()) {
      SolvePlan.checkShards(plan.shardBytes(), request.limits(), "choose another point");
    }
    return plan;
  }

  /** The plan of a run that solves its stacks. */
  SolvePlan only() {
    if (parts.size() != 1) {
      throw new IllegalStateException("expected one plan, there are " + parts.size());
    }
    return parts.get(0);
  }

  /**
   * The stacks of all parts, in their order. Each has a name of its own: if two parts have stacks
   * of one name, as of a model's first and last layers, the later one is renamed, for example to
   * {@code model-fc-2}.
   */
  List<WeightStack> stacks() {
    Set<String> names = new HashSet<>();
    List<WeightStack> stacks = new ArrayList<>();
    for (SolvePlan part : parts) {
      part.solves().forEach(solve -> stacks.add(withFreeName(solve.stack(), names)));
    }
    return stacks;
  }

  private static WeightStack withFreeName(WeightStack stack, Set<String> taken) {
    String name = stack.name();
    for (int number = 2; !taken.add(name); number++) {
      name = stack.name() + "-" + number;
    }
    return new WeightStack(name, stack.slices());
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
