package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.sweep.Grid;
import io.github.trawl.sweep.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GridFileTest {
  @TempDir private Path folder;

  @Test
  void scalarsListsAndRanges() throws IOException {
    List<String> ids =
        ids(
            """
            task: world-facts
            grid:
              - layers: each:last:2
                method: [cp, svd]
                rank: [1..2, 8]
                seed: 3..4
              - strategy: model
                matrices: up,down
                method: tucker
                rank: 4
                tolerance: 0.001
              - layers: [11]
                method: svd
                ratio: [0.5, 0.25]
            exclude:
              - method: svd
                rank: [1, 2]
            """);
    assertThat(ids)
        .containsExactly(
            "layer-fc-10-cp-r1-s3",
            "layer-fc-10-cp-r1-s4",
            "layer-fc-10-cp-r2-s3",
            "layer-fc-10-cp-r2-s4",
            "layer-fc-10-cp-r8-s3",
            "layer-fc-10-cp-r8-s4",
            "layer-fc-10-svd-r8",
            "layer-fc-11-cp-r1-s3",
            "layer-fc-11-cp-r1-s4",
            "layer-fc-11-cp-r2-s3",
            "layer-fc-11-cp-r2-s4",
            "layer-fc-11-cp-r8-s3",
            "layer-fc-11-cp-r8-s4",
            "layer-fc-11-svd-r8",
            "model-up+down-all-tucker-t0.001-r4",
            "layer-fc-11-svd-p0.5",
            "layer-fc-11-svd-p0.25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {rnak: 4}                              | entry 1 has the unknown key 'rnak'; did you mean 'rank'?
          {layers: 1}                            | entry 1 has neither rank nor ratio
          {rank: 4, ratio: 0.5}                  | entry 1 has rank and ratio
          {rank: 0}                              | rank is 0; it must be from 1 to 2147483647
          {rank: x}                              | rank: 'x' is no number
          {rank: [4, 4]}                         | rank names a value twice
          {rank: 9..3}                           | rank: the range 9..3 is empty
          {rank: []}                             | rank is an empty list
          {rank: null}                           | rank has no value
          {ratio: 1.5, method: svd}              | ratio: ratio 1.5 is not in (0, 1]
          {rank: 4, method: pca}                 | method: expected one of cp, tucker, svd but was 'pca'
          {rank: 4, strategy: all}               | strategy: expected one of layer, segment, model
          {rank: 4, seed: 1.5}                   | seed: '1.5' is no number
          {rank: 4, max-iterations: 0}           | max-iterations is 0; it must be from 1 to 2147483647
          {rank: 4, max-iterations: [1, 2]}      | max-iterations is a list
          {rank: 4, tolerance: -1}               | tolerance is -1.0; it must not be negative
          {rank: {a: 1}}                         | rank has a value that is neither text nor number
          7                                      | grid, entry 1 is not a map
          """)
  void whatIsWrongIsNamed(String entry, String message) throws IOException {
    refused("grid: [" + entry + "]", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"task: a", "grid: []", "- 1", "grid"})
  void aFileWithoutGridIsRefused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            TrawlException.class,
            e -> {
              assertThat(e.category()).isEqualTo(ErrorCategory.USAGE);
              assertThat(e).hasMessageContaining(folder + "/grid.yaml");
              assertThat(e).hasMessageEndingWith("conf/sweeps/quickstart.yaml is an example");
            });
  }

  @Test
  void aRuleWithoutKeysIsRefused() throws IOException {
    refused("{grid: [{rank: 4}], exclude: [{}]}", "exclude, entry 1 matches everything");
    refused("{grid: [{rank: 4}], include: }", "include is empty");
    refused("{grid: [{rank: 4}], exclude: [{start: x}]}", "has the unknown key 'start'");
  }

  @Test
  void theExamplesOfTheProjectAreGrids() throws IOException {
    try (var files = Files.list(Path.of("conf", "sweeps"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThanOrEqualTo(6);
      for (Path file : all) {
        Grid grid = GridFile.read(file.toString(), new Configuration());
        assertThat(grid.points(12)).as(file.toString()).isNotEmpty();
      }
    }
  }

  private List<String> ids(String text) throws IOException {
    return read(text).points(12).stream().map(Point::id).toList();
  }

  private void refused(String text, String message) throws IOException {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining(message);
  }

  private Grid read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("grid.yaml"), text);
    return GridFile.read(file.toString(), new Configuration());
  }
}
