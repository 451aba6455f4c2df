package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.architecture.KnownModelTypes;
import io.github.trawl.evaluation.model.GoldenModel.Batch;
import io.github.trawl.evaluation.model.GoldenModel.Continuation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What transformers computes for tiny models of every family, written by make_forward_golden.py.
 */
class ForwardGoldenTest {
  private static final float TOLERANCE = 1e-4f;
  private static final Map<String, String> TABLE = new TreeMap<>();

  @AfterAll
  static void writeTable() throws IOException {
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "forward-parity.md"), TABLE.values());
  }

  @ParameterizedTest
  @MethodSource("names")
  void computesWhatTransformersDoes(String name) {
    GoldenModel golden = new GoldenModel(name);
    try (TransformerModel model = golden.open()) {
      float worst = 0;
      for (Batch batch : golden.batches()) {
        worst = Math.max(worst, largestDifference(model.logits(batch.tokens()), batch.logits()));
      }
      TABLE.put(
          name,
          String.format(
              Locale.ROOT, "| %s | %s | %.1e |", name, golden.checkpoint().modelType(), worst));
      assertThat(worst).isCloseTo(0, within(TOLERANCE));
      List<Continuation> continuations = golden.continuations();
      if (!continuations.isEmpty()) {
        List<int[]> added =
            model.generate(
                continuations.stream().map(Continuation::prompt).toList(),
                continuations.get(0).added().length,
                Set.of());
        assertThat(added)
            .containsExactlyElementsOf(continuations.stream().map(Continuation::added).toList());
      }
    }
  }

  @Test
  void coversEveryFamily() {
    assertThat(names().stream().map(name -> new GoldenModel(name).checkpoint().modelType()))
        .containsAll(
            LanguageModels.modelTypes().stream()
                .filter(type -> !type.equals("xlm-roberta") && !type.equals("camembert"))
                .toList());
  }

  /** A model that can be evaluated can be edited. */
  @Test
  void everyFamilyIsKnownToTheArchitectures() {
    assertThat(KnownModelTypes.all()).containsAll(LanguageModels.modelTypes());
  }

  static List<String> names() {
    return GoldenModel.names();
  }

  private static float largestDifference(List<float[][]> actual, List<float[][]> expected) {
    float largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).hasDimensions(expected.get(i).length, expected.get(i)[0].length);
      for (int row = 0; row < expected.get(i).length; row++) {
        for (int column = 0; column < expected.get(i)[row].length; column++) {
          float difference = Math.abs(actual.get(i)[row][column] - expected.get(i)[row][column]);
          largest = Float.isNaN(difference) ? Float.MAX_VALUE : Math.max(largest, difference);
        }
      }
    }
    return largest;
  }
}
