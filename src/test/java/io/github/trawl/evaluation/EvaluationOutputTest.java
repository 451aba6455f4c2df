package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationOutputTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "a.parquet", "part-0.parquet,_SUCCESS,._SUCCESS.crc"})
  void examplesMayReplaceExamplesAndNothing(String names) throws IOException {
    assertThatCode(() -> examples(names).check(new Configuration())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".git", "_SUCCESS", "_notes", ".git,a.parquet", "a.parquet,b.txt", ".a.crc"})
  void examplesReplaceNoOtherDirectory(String names) throws IOException {
    EvaluationOutput output = examples(names);
    assertThatThrownBy(() -> output.check(new Configuration()))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining("is not the output of an evaluation, so it is not overwritten");
  }

  private EvaluationOutput examples(String names) throws IOException {
    Path examples = Files.createDirectory(folder.resolve("examples"));
    for (String name : names.isEmpty() ? new String[0] : names.split(",")) {
      Files.createFile(examples.resolve(name));
    }
    return EvaluationOutput.of(
        Optional.empty(),
        Optional.of(new org.apache.hadoop.fs.Path(examples.toUri())),
        Optional.empty(),
        true);
  }
}
