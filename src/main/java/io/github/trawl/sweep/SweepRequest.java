package io.github.trawl.sweep;

import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.plan.SolveLimits;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/**
 * What a sweep is asked to do.
 *
 * @param output directory of the sweep, new or of an earlier run of it
 * @param grid the points
 * @param settings of the measurement
 * @param evaluation model and tasks, without factors
 * @param limits that decide where a stack is solved
 * @param threads for each stack solved in a task; empty to share the cores of a local master among
 *     the stacks, and one on a cluster
 * @param staleAfter how long a run may give no sign of life until another one takes its output over
 * @param configuration the user's, as YAML, without credentials
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
