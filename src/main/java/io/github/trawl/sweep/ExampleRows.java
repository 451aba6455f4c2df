package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.tables.ExampleRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rows of the table of examples, of which one block at a time is in memory. */
final class ExampleRows {
  private final SweepDefinition definition;
  private final LedgerView ledger;
  private final SweepKeys keys;

  ExampleRows(SweepDefinition definition, LedgerView ledger, SweepKeys keys) {
    this.definition = definition;
    this.ledger = ledger;
    this.keys = keys;
  }

  private record Place(Contestant contestant, ExampleBlock block) {}

  /** By contestant, the unmodified model first, then by task, split and block. */
  Stream<ExampleRow> all() {
    List<ExampleBlock> blocks = new ArrayList<>(definition.blocks().test());
    definition.blocks().validation().forEach(blocks::addAll);
    blocks.sort(
        Comparator.comparingInt(ExampleBlock::task)
            .thenComparing(ExampleBlock::split)
            .thenComparingInt(ExampleBlock::number));
    return definition
        .contestants()
        .flatMap(contestant -> blocks.stream().map(block -> new Place(contestant, block)))
        .flatMap(this::rows);
  }

  private Stream<ExampleRow> rows(Place place) {
    return ledger
        .find(keys.scores(place.contestant(), place.block()))
        .map(unit -> rows(place, unit.content()))
        .orElseGet(Stream::empty);
  }

  private Stream<ExampleRow> rows(Place place, JsonNode content) {
    ExampleBlock block = place.block();
    return IntStream.range(0, block.examples().length)
        .mapToObj(
            i ->
                new ExampleRow(
                    place.contestant().id(),
                    definition.tasks().get(block.task()),
                    block.split().label(),
                    block.number(),
                    block.examples()[i],
                    content.get("predictions").get(i).asText(),
                    ScoresContent.measures(content, i)));
  }
}
