package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweptPointTest {
  private static final String CHOICE =
      "\"choice\": {\"best\": \"layer-fc-1-cp-r4-s1\", \"suggested\": \"layer-fc-1-svd-p0.1\"},";

  @TempDir private Path folder;

  @Test
  void theBestTheSuggestedAndAnyOtherAreFound() throws IOException {
    write(CHOICE);
    SweptPoint best = read(Optional.empty());
    assertThat(best.id()).isEqualTo("layer-fc-1-cp-r4-s1");
    assertThat(options(best).ranks()).containsExactly(4);
    assertThat(options(best).seeds()).containsExactly(1L);
    assertThat(options(best).tolerance()).isEqualTo(1e-7);
    assertThat(best.parts().get(0).factors())
        .containsExactly(
            new SweptPoint.Factors(path().suffix("/factors/ab.arrow"), "r4-s1"),
            new SweptPoint.Factors(path().suffix("/factors/cd.arrow"), "r4-s1"));
    assertThat(best.recipes().get(0))
        .containsExactly(
            Map.entry("strategy", "layer"),
            Map.entry("matrices", "fc"),
            Map.entry("layers", "1"),
            Map.entry("method", "cp"),
            Map.entry("rank", 4),
            Map.entry("seed", 1L),
            Map.entry("start", "centred"),
            Map.entry("acceleration", "none"),
            Map.entry("max-iterations", 100),
            Map.entry("tolerance", 1e-7));
    SweptPoint suggested = read(Optional.of("suggested"));
    assertThat(options(suggested).method()).isEqualTo(DecompositionMethods.SVD);
    assertThat(options(suggested).ratios()).containsExactly(0.1);
    assertThat(suggested.recipes().get(0).keySet())
        .isEqualTo(
            Map.of("strategy", 0, "matrices", 0, "layers", 0, "method", 0, "ratio", 0).keySet());
    assertThat(read(Optional.of("layer-fc-1-cp-r4-s1")).id()).isEqualTo(best.id());
  }

  @Test
  void pointsThatWerePutTogetherAreFoundTogether() throws IOException {
    write(CHOICE);
    assertRefused(Optional.of("composed"), "has put no points together", "--compose greedy");
    write(CHOICE + "\"composition\": \"greedy\",");
    assertRefused(
        Optional.of("composed"), "has not put points together yet (it is running)", "to its end");
    // Every addition dropped out early, so that there is no step.
    Path file = folder.resolve("result.json");
    Files.writeString(file, Files.readString(file).replace("\"running\"", "\"complete\""));
    assertRefused(Optional.of("composed"), "found no point that improves the best one");
    String step =
        "{\"id\": \"a+b\", \"points\": [\"layer-fc-1-cp-r4-s1\", \"layer-fc-1-svd-p0.1\"], \"accepted\": %s}";
    write(CHOICE + "\"composed\": [" + step.formatted(false) + "],");
    assertRefused(Optional.of("composed"), "found no point that improves the best one");
    write(CHOICE + "\"composed\": [" + step.formatted(true) + "],");
    SweptPoint composed = read(Optional.of("composed"));
    assertThat(composed.id()).isEqualTo("a+b");
    assertThat(composed.isComposed()).isTrue();
    assertThat(composed.parts())
        .extracting(part -> part.options().method().key())
        .containsExactly("cp", "svd");
    assertThat(composed.recipes()).extracting(recipe -> recipe.get("layers")).containsOnly("1");
  }

  @Test
  void aModelWhoseLocationHeldASecretMustBeGiven() throws IOException {
    for (String model : List.of("sftp://anna:pw@host/m", "abfss://container@account/m")) {
      SweepDescription description =
          new SweepDescription("mine", model, "ab", Map.of(), "grid: …", Map.of());
      write(CHOICE + "\"model\": \"" + description.model() + "\",");
      SweptPoint point = read(Optional.empty());
      if (model.contains("pw")) {
        assertThatThrownBy(point::model)
            .isInstanceOf(TrawlException.class)
            .hasMessageContaining("held credentials; give --model")
            .hasMessageNotContaining("pw");
      } else {
        assertThat(point.model().toString()).isEqualTo(model);
      }
    }
  }

  private static DecompositionOptions options(SweptPoint point) {
    return point.parts().get(0).options();
  }

  @Test
  void whatCannotBeWrittenIsRefusedInALine() throws IOException {
    assertRefused(Optional.empty(), "holds no results of a sweep yet");
    write("");
    for (Optional<String> wanted : List.of(Optional.<String>empty(), Optional.of("suggested"))) {
      assertRefused(
          wanted, "has not chosen a point yet (it is running, with 2 of 9 points measured)");
    }
    assertThat(read(Optional.of("layer-fc-1-svd-p0.1")).id()).isEqualTo("layer-fc-1-svd-p0.1");
    write(CHOICE);
    assertRefused(
        Optional.of("layer-fc-1-cp-r4-s2"),
        "has measured no point layer-fc-1-cp-r4-s2",
        "the nearest of 2 are layer-fc-1-cp-r4-s1, layer-fc-1-svd-p0.1");
    assertRefused(
        Optional.of("layer-fc-0-cp-r4-s1"),
        "layer-fc-0-cp-r4-s1",
        "failed (its values are not finite)");
    Path file = folder.resolve("result.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"format\": 1", "\"format\": 7"));
    assertRefused(Optional.empty(), "is of format 7");
    Files.writeString(file, text.replace("\"factors\"", "\"other\""));
    assertRefused(Optional.empty(), "does not say where the factors", "run the sweep again");
    Files.writeString(file, text.replace("\"tolerance\"", "\"t\""));
    assertRefused(Optional.empty(), "is damaged", "tolerance");
    Files.writeString(file, text.replace("\"cp\"", "\"pc\""));
    assertRefused(Optional.empty(), "is damaged", "pc");
  }

  private void assertRefused(Optional<String> wanted, String... parts) {
    assertThatThrownBy(() -> read(wanted))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }

  private SweptPoint read(Optional<String> wanted) {
    return SweptPoint.read(path(), wanted, new Configuration());
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(folder.toString());
  }

  private void write(String choice) throws IOException {
    Files.writeString(
        folder.resolve("result.json"),
        """
        {"format": 1, "state": "running", "planned": 9, %s
         "failed": [{"id": "layer-fc-0-cp-r4-s1", "reason": "its values are not finite"}],
         "points": [
           {"id": "layer-fc-1-cp-r4-s1", "strategy": "layer", "matrices": "fc", "layers": "1",
            "method": "cp", "rank": 4.0, "seed": 1, "max_iterations": 100, "tolerance": 1.0E-7,
            "start": "centred", "acceleration": "none",
            "factors": ["factors/ab.arrow#r4-s1", "factors/cd.arrow#r4-s1"]},
           {"id": "layer-fc-1-svd-p0.1", "strategy": "layer", "matrices": "fc", "layers": "1",
            "method": "svd", "ratio": 0.1, "seed": 0, "max_iterations": 100, "tolerance": 1.0E-4,
            "start": "uniform", "acceleration": "none", "factors": ["factors/ef.arrow#p0.1"]}]}
        """
            .formatted(choice));
  }
}
