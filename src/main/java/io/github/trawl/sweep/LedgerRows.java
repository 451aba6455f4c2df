package io.github.trawl.sweep;

import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.tables.CostRow;
import io.github.trawl.sweep.tables.FailureRow;
import java.util.stream.Stream;

/** Builds the rows of the tables of failures and costs. */
final class LedgerRows {
  private LedgerRows() {}

  static Stream<FailureRow> failures(LedgerView ledger) {
    return ledger.failures().stream()
        .map(
            failure ->
                new FailureRow(
                    failure.key().hex(),
                    failure.kind(),
                    failure.about(),
                    failure.attempt(),
                    failure.message(),
                    failure.time()));
  }

  static Stream<CostRow> costs(LedgerView ledger) {
    return Costs.sums(ledger).stream()
        .map(
            cost ->
                new CostRow(
                    cost.get("step").asText(),
                    cost.get("units").asInt(),
                    cost.get("seconds").asDouble(),
                    cost.get("bytes_read").asLong(),
                    cost.get("bytes_written").asLong()));
  }
}
