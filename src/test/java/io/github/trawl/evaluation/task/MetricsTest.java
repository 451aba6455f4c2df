package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
  private static ExampleResult result(int index, Split split, Map<String, Double> measures) {
    return new ExampleResult(
        index, split, "gold", "said", new TreeMap<>(measures), AskedQuestion.open(""));
  }

  private static MetricValue value(Metric metric, double... measures) {
    List<ExampleResult> results = new ArrayList<>();
    for (double measure : measures) {
      results.add(result(results.size(), Split.TEST, Map.of(metric.measure(), measure)));
    }
    return Metrics.of(List.of(metric), results).get(0);
  }

  /** Values of R's {@code prop.test(x, n, correct = FALSE)}. */
  @ParameterizedTest
  @CsvSource({"10, 20, 0.2992980, 0.7007020", "0, 10, 0, 0.2775328", "5, 5, 0.5655175, 1"})
  void sharesHaveWilsonsInterval(int right, int all, double low, double high) {
    double[] measures = new double[all];
    Arrays.fill(measures, 0, right, 1);
    MetricValue share = value(Metric.ACC, measures);
    assertThat(share.value()).isEqualTo((double) right / all);
    assertThat(share.low()).isCloseTo(low, within(1e-7));
    assertThat(share.high()).isCloseTo(high, within(1e-7));
  }

  @Test
  void meansHaveTheErrorOfTheSample() {
    MetricValue loss = value(Metric.LOSS, 1, 2, 4, 9);
    assertThat(loss.value()).isEqualTo(4);
    // Squared deviations 9, 4, 0, 25: variance 38 / 3; that of the mean is a quarter of it.
    assertThat(loss.standardError()).isCloseTo(Math.sqrt(38.0 / 12), within(1e-12));
    assertThat((loss.low() + loss.high()) / 2).isCloseTo(4, within(1e-12));
    assertThat(loss.high() - loss.value()).isCloseTo(1.959964 * loss.standardError(), within(1e-5));
  }

  @Test
  void oneExampleHasNoError() {
    assertThat(value(Metric.LOSS, 3).standardError()).isNaN();
  }

  @Test
  void perplexityIsTheExponentialOfTheMean() {
    MetricValue perplexity = value(Metric.PERPLEXITY, -1, -3);
    assertThat(perplexity.value()).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(perplexity.standardError()).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(perplexity.low()).isLessThan(perplexity.value());
    assertThat(perplexity.high()).isGreaterThan(perplexity.value());
  }

  @Test
  void weightedPerplexitiesDivideTheSums() {
    List<ExampleResult> results =
        List.of(
            result(0, Split.TEST, Map.of("log_likelihood", -6.0, "words", 2.0, "bytes", 8.0)),
            result(1, Split.TEST, Map.of("log_likelihood", -4.0, "words", 3.0, "bytes", 12.0)));
    List<MetricValue> values =
        Metrics.of(
            List.of(Metric.WORD_PERPLEXITY, Metric.BYTE_PERPLEXITY, Metric.BITS_PER_BYTE), results);
    assertThat(values.get(0).value()).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(values.get(1).value()).isCloseTo(Math.sqrt(Math.E), within(1e-12));
    assertThat(values.get(2).value()).isCloseTo(0.5 / Math.log(2), within(1e-12));
    assertThat(values).allSatisfy(value -> assertThat(value.standardError()).isNaN());
  }

  @Test
  void splitsAreReportedApartAndTogether() {
    List<ExampleResult> results =
        List.of(
            result(0, Split.VALIDATION, Map.of("acc", 1.0)),
            result(1, Split.TEST, Map.of("acc", 0.0)),
            result(2, Split.TEST, Map.of("acc", 1.0)),
            result(3, Split.TEST, Map.of("acc", 0.0)));
    assertThat(Metrics.of(List.of(Metric.ACC), results))
        .extracting(MetricValue::split, MetricValue::examples, MetricValue::value)
        .containsExactly(
            Tuple.tuple(Split.ALL, 4, 0.5),
            Tuple.tuple(Split.VALIDATION, 1, 1.0),
            Tuple.tuple(Split.TEST, 3, 1.0 / 3));
  }

  @Test
  void theOrderOfTheResultsChangesNoBit() {
    Random random = new Random(1);
    List<ExampleResult> results = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      results.add(result(i, Split.TEST, Map.of("loss", random.nextDouble() * 1e3)));
    }
    List<MetricValue> before = Metrics.of(List.of(Metric.LOSS), results);
    Collections.shuffle(results, random);
    assertThat(Metrics.of(List.of(Metric.LOSS), results)).isEqualTo(before);
  }

  /** Perplexities order models, but a mean over examples is not their value. */
  @Test
  void onlyMeansAreShownAsMeans() {
    assertThat(Arrays.stream(Metric.values()).filter(metric -> !metric.isShownAsMean()))
        .containsExactly(
            Metric.PERPLEXITY,
            Metric.WORD_PERPLEXITY,
            Metric.BYTE_PERPLEXITY,
            Metric.BITS_PER_BYTE,
            Metric.TOKEN_PERPLEXITY);
  }
}
