package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Builds the data that the page's script reads: the points as columns, the unmodified model, the
 * metric.
 */
final class PageData {
  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The states in the order in which the script numbers them. */
  private static final List<PointState> STATES =
      List.of(PointState.COMPLETE, PointState.PRUNED, PointState.PARTIAL);

  /**
   * Rounds numbers to five significant digits, which are enough for a screen and keep the page
   * small.
   */
  private static final MathContext DIGITS = new MathContext(5);

  private PageData() {}

  static ObjectNode of(ReportData data) {
    ObjectNode root = NODES.objectNode();
    SelectionMetric metric = data.sweep().metric();
    root.putObject("metric")
        .put("name", metric.name())
        .put("proportion", metric.proportion())
        .put("higherIsBetter", metric.higherIsBetter());
    data.unmodified()
        .ifPresent(
            unmodified -> {
              ObjectNode node = root.putObject("unmodified");
              node.set("validation", score(unmodified.validation()));
              unmodified.test().ifPresent(test -> node.set("test", score(test)));
            });
    // The index of the best point; −1 if none was chosen.
    root.put("best", data.best().map(best -> data.points().indexOf(best)).orElse(-1));
    root.set("points", points(data.points()));
    return root;
  }

  /**
   * Returns one array for each property of the points. An absent rank is 0, an absent seed −1, an
   * absent count of test examples 0, and any other absent number null. A text that may repeat is
   * given by its index in a list of names.
   */
  private static ObjectNode points(List<Point> points) {
    List<String> kinds = new ArrayList<>();
    List<String> series = new ArrayList<>();
    List<String> layers = new ArrayList<>();
    List<String> matrices = new ArrayList<>();
    ObjectNode columns = NODES.objectNode();
    for (Point point : points) {
      Edit edit = point.edit();
      Score score = point.validation().score();
      Difference difference = point.validation().difference();
      columns.withArray("label").add(point.label());
      columns.withArray("kind").add(indexOrAdd(edit.kind().name(), kinds));
      columns.withArray("series").add(indexOrAdd(Labels.series(edit), series));
      columns.withArray("layers").add(indexOrAdd(Labels.layers(edit.layers()), layers));
      columns.withArray("matrices").add(indexOrAdd(edit.matrices(), matrices));
      columns.withArray("rank").add(edit.rank().orElse(0));
      columns.withArray("state").add(STATES.indexOf(point.state()));
      columns.withArray("value").add(number(score.value()));
      columns.withArray("low").add(number(score.low()));
      columns.withArray("high").add(number(score.high()));
      columns.withArray("examples").add(score.examples());
      columns.withArray("difference").add(number(difference.value()));
      columns.withArray("differenceLow").add(number(difference.low()));
      columns.withArray("differenceHigh").add(number(difference.high()));
      columns.withArray("p").add(number(difference.pValue()));
      add(columns.withArray("familyWiseP"), point.familyWiseP());
      add(columns.withArray("fit"), point.fit());
      columns.withArray("seed").add(edit.seed().orElse(-1));
      Optional<Difference> testDifference = point.test().map(SplitResult::difference);
      add(columns.withArray("test"), point.test().map(measured -> measured.score().value()));
      add(columns.withArray("testLow"), point.test().map(measured -> measured.score().low()));
      add(columns.withArray("testHigh"), point.test().map(measured -> measured.score().high()));
      columns
          .withArray("testExamples")
          .add(point.test().map(measured -> measured.score().examples()).orElse(0));
      add(columns.withArray("testDifference"), testDifference.map(Difference::value));
      add(columns.withArray("testP"), testDifference.map(Difference::pValue));
    }
    columns.set("kinds", texts(kinds));
    columns.set("seriesNames", texts(series));
    columns.set("layersNames", texts(layers));
    columns.set("matricesNames", texts(matrices));
    return columns;
  }

  private static ObjectNode score(Score score) {
    return NODES
        .objectNode()
        .put("value", number(score.value()))
        .put("low", number(score.low()))
        .put("high", number(score.high()))
        .put("examples", score.examples());
  }

  static BigDecimal number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS);
    return rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
  }

  static ArrayNode texts(List<String> texts) {
    ArrayNode array = NODES.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static void add(ArrayNode column, OptionalDouble value) {
    add(column, value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty());
  }

  private static void add(ArrayNode column, Optional<Double> value) {
    value.ifPresentOrElse(present -> column.add(number(present)), column::addNull);
  }

  /** Returns the index of a text in a list, to which it is added if it is missing. */
  private static int indexOrAdd(String text, List<String> texts) {
    int index = texts.indexOf(text);
    if (index < 0) {
      texts.add(text);
      return texts.size() - 1;
    }
    return index;
  }
}
