package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.ledger.Unit;
import io.github.trawl.sweep.ledger.UnitKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records in the ledger how long the work of a sweep took, over all its runs. Costs are units of
 * their own because they differ from run to run, unlike results.
 */
final class Costs {
  static final String KIND = "cost";

  private final Ledger ledger;

  /** Makes the keys of this run's records differ from those of other runs. */
  private final String run = UUID.randomUUID().toString();

  private final AtomicLong number = new AtomicLong();

  Costs(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Records the cost of pieces of work.
   *
   * @param step kind of work, such as {@code solve cp}, {@code validation} or {@code test}
   * @param units how many pieces
   * @param seconds sum over all pieces
   * @param bytesRead stored bytes of the weights that solves read; 0 for asking
   * @param bytesWritten bytes of the factor files that were written; 0 for asking
   */
  void add(String step, int units, double seconds, long bytesRead, long bytesWritten) {
    UnitKey key =
        UnitKey.builder(KIND).with("run", run).with("number", number.incrementAndGet()).build();
    ledger.add(new Unit(key, KIND, content(step, units, seconds, bytesRead, bytesWritten)));
  }

  /** Returns the total cost of each step, in the order of the steps' names. */
  static List<ObjectNode> sums(LedgerView ledger) {
    Map<String, double[]> sums = new TreeMap<>();
    ledger.forEach(
        KIND,
        unit -> {
          double[] sum =
              sums.computeIfAbsent(unit.content().get("step").asText(), any -> new double[4]);
          sum[0] += unit.content().get("units").asInt();
          sum[1] += unit.content().get("seconds").asDouble();
          sum[2] += unit.content().get("bytes_read").asLong();
          sum[3] += unit.content().get("bytes_written").asLong();
        });
    List<ObjectNode> contents = new ArrayList<>();
    sums.forEach(
        (step, sum) ->
            contents.add(content(step, (int) sum[0], sum[1], (long) sum[2], (long) sum[3])));
    return contents;
  }

  private static ObjectNode content(
      String step, int units, double seconds, long bytesRead, long bytesWritten) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("step", step)
        .put("units", units)
        .put("seconds", seconds)
        .put("bytes_read", bytesRead)
        .put("bytes_written", bytesWritten);
  }
}
