package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.sweep.tables.FactorRow;
import io.github.trawl.sweep.tables.TensorRow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Builds the rows of the tables of tensors and factors: one for each solved stack of a point. */
final class SolveRows {
  private SolveRows() {}

  static Stream<TensorRow> tensors(SweepDefinition definition, Findings findings) {
    return all(definition, findings).map(SolveRows::tensor);
  }

  static Stream<FactorRow> factors(SweepDefinition definition, Findings findings) {
    return all(definition, findings)
        .map(
            solved ->
                new FactorRow(
                    solved.point().id(),
                    solved.batch().solve().stack().name(),
                    SolveContent.file(solved.content()) + "#" + solved.point().memberName(),
                    solved.member().get("rank").asInt(),
                    solved.point().seed()));
  }

  private record Solved(Point point, SolveBatch batch, JsonNode content) {
    JsonNode member() {
      return SolveContent.member(content, point.memberName());
    }
  }

  private static Stream<Solved> all(SweepDefinition definition, Findings findings) {
    return definition.grid().points().stream()
        .flatMap(
            planned ->
                planned.batches().stream()
                    .filter(findings.solves()::containsKey)
                    .map(
                        batch -> new Solved(planned.point(), batch, findings.solves().get(batch))));
  }

  private static TensorRow tensor(Solved solved) {
    JsonNode member = solved.member();
    return new TensorRow(
        solved.point().id(),
        solved.batch().solve().stack().name(),
        solved.batch().key().slices(),
        solved.point().method().key(),
        member.get("rank").asInt(),
        solved.point().seed(),
        member.get("relative_error").asDouble(),
        member.has("iterations") ? (Integer) member.get("iterations").asInt() : null,
        member.has("reason") ? member.get("reason").asText() : null,
        member.has("weights") ? numbers(member.get("weights")) : null);
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>(array.size());
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }
}
