package io.github.trawl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;

/**
 * The answer of a process that measured something.
 *
 * @param seconds of each repetition
 * @param error the relative error that was reached; NaN if the work has none
 * @param peakBytes the most resident memory that the process had
 */
record Measured(Samples seconds, double error, long peakBytes) {
  static Measured of(JsonNode json) {
    return new Measured(
        new Samples(
            StreamSupport.stream(json.get("seconds").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray()),
        json.path("error").asDouble(Double.NaN),
        json.get("peak_bytes").asLong());
  }
}
