package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.HubBenchmark;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a sweep tells of itself in its results.
 *
 * @param name of the sweep, from its output
 * @param model as the user named it
 * @param modelDigest SHA-256 of the checkpoint
 * @param benchmarks of the Hub that tasks ask, by the names of the tasks
 * @param configuration the user's, as YAML, without credentials
 * @param versions what took part, by name
 */
record SweepDescription(
    String name,
    String model,
    String modelDigest,
    Map<String, HubBenchmark> benchmarks,
    String configuration,
    Map<String, String> versions) {
  SweepDescription {
    benchmarks = Collections.unmodifiableSortedMap(new TreeMap<>(benchmarks));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }
}
