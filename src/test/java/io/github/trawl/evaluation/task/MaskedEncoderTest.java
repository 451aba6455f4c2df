package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedEncoderTest {
  @TempDir Path directory;

  @Test
  void aTokenizerThatSplitsItsMaskIsRefused() throws IOException {
    Files.copy(
        Path.of("src/test/resources/choice/roberta/tokenizer.json"),
        directory.resolve("tokenizer.json"));
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"mask_token\": \"<mask>\", \"split_special_tokens\": true}");
    TokenizerFiles files =
        TokenizerFiles.read(
            new org.apache.hadoop.fs.Path(directory.toString()), new Configuration());
    try (TextTokenizer tokenizer = files.open()) {
      assertThatThrownBy(() -> new MaskedEncoder("capitals", tokenizer, 32))
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessage(
              "task capitals: the tokenizer of the masked model takes the text of its mask token"
                  + " apart; remove split_special_tokens from tokenizer_config.json");
    }
  }
}
