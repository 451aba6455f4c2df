package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.sweep.ledger.LedgerView;
import io.github.trawl.sweep.ledger.UnitBatch;
import io.github.trawl.sweep.tables.ExampleRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Builds the rows of the table of examples. Only a bounded part of the answers is in memory at a
 * time.
 */
final class ExampleRows {
  /**
   * The most answers, of about a hundred bytes each, that are read together, unless a single block
   * has more. The ledger orders units by their keys, which are hashes: reading units in the order
   * of the rows, one by one, would take several times as long.
   */
  private static final long ANSWERS_PER_READ = 500_000;

  private final SweepDefinition definition;
  private final LedgerView ledger;
  private final List<CompositionStep> composition;
  private final SweepKeys keys;

  /**
   * @param composition the finished steps of the greedy composition
   */
  ExampleRows(
      SweepDefinition definition,
      LedgerView ledger,
      SweepKeys keys,
      List<CompositionStep> composition) {
    this.definition = definition;
    this.composition = composition;
    this.ledger = ledger;
    this.keys = keys;
  }

  private record ContestantBlock(Contestant contestant, ExampleBlock block) {}

  /** Returns the rows by contestant, the unmodified model first, then by task, split and block. */
  Stream<ExampleRow> all() {
    List<ExampleBlock> blocks = new ArrayList<>(definition.blocks().testBlocks());
    definition.blocks().validationRounds().forEach(blocks::addAll);
    blocks.sort(
        Comparator.comparingInt(ExampleBlock::task)
            .thenComparing(ExampleBlock::split)
            .thenComparingInt(ExampleBlock::number));
    return groups(blocks).stream().flatMap(this::rows);
  }

  /**
   * Returns the blocks that were answered, by contestant, cut into groups that are read together.
   */
  private List<List<ContestantBlock>> groups(List<ExampleBlock> blocks) {
    List<List<ContestantBlock>> groups = new ArrayList<>();
    // So that the first block begins a group.
    long examples = ANSWERS_PER_READ;
    for (Contestant contestant : definition.contestants(composition).toList()) {
      for (ExampleBlock block : blocks) {
        if (ledger.isDone(keys.scores(contestant, block))) {
          examples += block.examples().length;
          if (examples > ANSWERS_PER_READ) {
            groups.add(new ArrayList<>());
            examples = block.examples().length;
          }
          groups.get(groups.size() - 1).add(new ContestantBlock(contestant, block));
        }
      }
    }
    return groups;
  }

  private Stream<ExampleRow> rows(List<ContestantBlock> group) {
    UnitBatch units =
        ledger.read(
            SweepKeys.SCORES,
            group.stream()
                .map(answered -> keys.scores(answered.contestant(), answered.block()))
                .collect(Collectors.toSet()));
    return group.stream()
        .flatMap(
            answered ->
                units
                    .find(keys.scores(answered.contestant(), answered.block()))
                    .map(unit -> rows(answered, unit.content()))
                    .orElseGet(Stream::empty));
  }

  private Stream<ExampleRow> rows(ContestantBlock answered, JsonNode content) {
    ExampleBlock block = answered.block();
    return IntStream.range(0, block.examples().length)
        .mapToObj(
            i ->
                new ExampleRow(
                    answered.contestant().id(),
                    definition.tasks().get(block.task()),
                    block.split().label(),
                    block.number(),
                    block.examples()[i],
                    content.get("predictions").get(i).asText(),
                    ScoresContent.measures(content, i)));
  }
}
