package io.github.trawl.sweep;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a sweep tells of itself in its results.
 *
 * @param name of the sweep, from its output
 * @param model as the user named it
 * @param modelDigest SHA-256 of the checkpoint
 * @param configuration the user's, as YAML, without credentials
 * @param versions what took part, by name
 */
record SweepDescription(
    String name,
    String model,
    String modelDigest,
    String configuration,
    Map<String, String> versions) {
  SweepDescription {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }
}
