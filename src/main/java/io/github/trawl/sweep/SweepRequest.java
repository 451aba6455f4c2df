package io.github.trawl.sweep;

import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.plan.SolveLimits;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/**
 * What a sweep is asked to do.
 *
 * @param output directory of the sweep: a new one, or that of an earlier run of this sweep
 * @param grid the points
 * @param settings of the measurement
 * @param evaluation the model and the tasks, without factors
 * @param limits that decide where a stack is solved
 * @param threads for each stack that is solved in one task; if empty, a local master shares its
 *     cores among the stacks, and a cluster uses one thread
 * @param staleAfter how long this run may give no sign of life before another run may take the
 *     output over
 * @param configuration of the user, as YAML, without credentials
 */
public record SweepRequest(
    Path output,
    Grid grid,
    SweepSettings settings,
    EvaluationRequest evaluation,
    SolveLimits limits,
    OptionalInt threads,
    Duration staleAfter,
    String configuration) {}
