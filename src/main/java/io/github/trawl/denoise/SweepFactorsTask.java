package io.github.trawl.denoise;

import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.decomposition.TerminationReason;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.solve.MemberResult;
import io.github.trawl.solve.StackResult;
import io.github.trawl.spark.TaskAttempt;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Takes one decomposition of a stack out of a factor file of a sweep, which may hold several, and
 * writes it as a file of its own.
 *
 * @param stack the name of the stack in the output
 * @param source the factor file of the sweep
 * @param member the name of the decomposition
 * @param file name of the factor file relative to the output
 * @param staging where that file is written
 */
record SweepFactorsTask(
    String stack,
    String source,
    String member,
    String file,
    Staging staging,
    SerializableConfiguration hadoop)
    implements Serializable {

  /** Copies the decomposition. The result has its metadata, and the time that copying took. */
  StackResult run() {
    long start = System.nanoTime();
    FactorSet found = FactorFile.readMember(new Path(source), member, hadoop.value());
    FactorMember only = found.members().get(0);
    WrittenFile written =
        FactorFile.write(
            staging,
            TaskAttempt.name(),
            file,
            new FactorSet(
                // The sweep may have solved the same matrices for another selection, under
                // another name.
                stack,
                found.slices(),
                found.nested(),
                found.members(),
                found.tensors(),
                found.provenance()),
            hadoop.value());
    MemberResult result =
        new MemberResult(
            only.name(),
            only.rank(),
            only.seed(),
            1 - only.fit(),
            only.iterations(),
            TerminationReason.valueOf(only.reason()),
            List.of());
    // Copying computes nothing, and a sweep does not record what computed its factors.
    Set<BlasAndCpu> none = Set.of();
    return new StackResult(
        stack, List.of(result), (System.nanoTime() - start) / 1e9, written, none);
  }
}
