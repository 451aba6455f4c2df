package io.github.trawl.sweep;

import io.github.trawl.checkpoint.Credentials;
import io.github.trawl.evaluation.task.HubBenchmark;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the results of a sweep say about the sweep itself.
 *
 * @param name of the sweep, which is that of its output directory
 * @param model as the user named it, without secrets
 * @param modelDigest SHA-256 of the checkpoint
 * @param benchmarks of the Hugging Face Hub to which tasks belong, by the names of the tasks
 * @param configuration of the user, as YAML, without credentials
 * @param versions of the software that took part, by name
 */
record SweepDescription(
    String name,
    String model,
    String modelDigest,
    Map<String, HubBenchmark> benchmarks,
    String configuration,
    Map<String, String> versions) {
  SweepDescription {
    model = Credentials.withoutSecrets(model);
    benchmarks = Collections.unmodifiableSortedMap(new TreeMap<>(benchmarks));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }
}
