package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import io.github.trawl.checkpoint.FaultyFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureParserTest {
  private static final String VALID =
      """
      {
        "model_types": "falcon",
        "layer_prefixes": "transformer.h.{i}.",
        "config_keys": {"layers": "n", "hidden": "d", "heads": "h", "kv_heads": "k"},
        "attention_order": ["K", "Q", "V", "O"],
        "tensors": [
          {"name": "qkv", "holds": ["Q", "K", "V"], "fused": "interleaved"},
          {"name": "o", "holds": "O"},
          {"name": "up", "holds": "UP", "stored": "in_out"}
        ]
      }
      """;

  @Test
  void everyFactIsRead() {
    Architecture architecture = ArchitectureParser.parse("mine.json", VALID);
    assertThat(architecture.name()).isEqualTo("mine.json");
    assertThat(architecture.modelTypes()).containsExactly("falcon");
    assertThat(architecture.attentionOrder())
        .containsExactly(MatrixRole.K, MatrixRole.Q, MatrixRole.V, MatrixRole.O);
    assertThat(architecture.roles())
        .containsExactly(MatrixRole.Q, MatrixRole.K, MatrixRole.V, MatrixRole.O, MatrixRole.UP);
  }

  // A key-value head of size 2 brings the queries of two heads: 4 query, 2 key, 2 value features.
  @Test
  void interleavedGroupsFollowTheKeyValueHeads() throws IOException {
    List<WeightSlice> slices =
        ArchitectureParser.parse("mine.json", VALID)
            .slices(
                "",
                new ObjectMapper().readTree("{\"n\": 1, \"d\": 8, \"h\": 4, \"k\": 2}"),
                List.of(
                    FilledTensors.matrix("transformer.h.0.qkv", DType.F32, 16, 8),
                    FilledTensors.matrix("transformer.h.0.o", DType.F32, 8, 8),
                    FilledTensors.matrix("transformer.h.0.up", DType.F32, 8, 20)));
    assertThat(slices.get(0).layout().outputs()).isEqualTo(new StoredAxis(0, 8, 4, 8));
    assertThat(slices.get(1).layout().outputs()).isEqualTo(new StoredAxis(4, 4, 2, 8));
    assertThat(slices.get(2).layout().outputs()).isEqualTo(new StoredAxis(6, 4, 2, 8));
    assertThat(slices.get(4).rows()).isEqualTo(20);
    assertThat(slices.get(4).label()).isEqualTo("layer 0 UP (transformer.h.0.up)");
    assertThat(slices.get(4).transpose().label()).isEqualTo("layer 0 UP (transformer.h.0.up)T");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"model_types\": | \"model_type\": | unknown key \"model_type\"",
        "\"holds\": \"O\" | \"holds\": \"O\", \"row\": 1 | unknown key \"row\"",
        "\"hidden\": \"d\" | \"hiden\": \"d\" | unknown key \"hiden\"",
        "\"hidden\": \"d\", |  | config_keys: hidden is missing",
        "\"layers\": \"n\", |  | config_keys: layers is missing",
        "\"layers\": \"n\" | \"layers\": 3 | layers: 3 is not a string",
        "h.{i}. | h. | must have {i} once",
        "h.{i}. | h.{i}.{i} | must have {i} once",
        "\"K\", \"Q\", \"V\", \"O\" | \"K\", \"Q\" | attention_order",
        "\"holds\": \"O\" | \"holds\": \"X\" | \"X\" is not one of",
        "\"holds\": \"O\" | \"holds\": \"UP\" | UP is held twice, again by \"up\"",
        "\"holds\": \"O\" | \"holds\": [] | holds: is empty",
        "\"holds\": \"O\" | \"holds\": \"O\", \"fused\": \"blocks\" | holds one matrix only",
        "in_out | columns | \"columns\" is not one of \"out_in\", \"in_out\"",
        "\"Q\", \"K\", \"V\"], \"fused\" | \"Q\", \"GATE\"], \"fused\" | can hold Q, K and V only",
        "\"name\": \"up\", |  | name is missing",
        "\"name\": \"up\" | \"name\": \"\" | name is empty",
        "\"name\": \"up\" | \"name\": 7 | name: 7 is not a string",
        "\"name\": \"up\" | \"name\": {} | name: {} is not a string",
        "\"name\": \"up\" | \"name\": null | name is null",
        "[\"K\", \"Q\", \"V\", \"O\"] | null | attention_order is null",
        "\"name\": \"up\" | \"name\": \"up\", \"name\": \"up\" | Duplicate",
        "\"tensors\": [ | \"tensors\": [[], | must be a JSON object",
        "falcon\", | falcon | not valid JSON"
      })
  void anythingElseIsRefused(String valid, String broken, String message) {
    assertThat(VALID).contains(valid);
    assertRefused(VALID.replace(valid, broken == null ? "" : broken), message);
  }

  @Test
  void documentsThatAreNoObjectAreRefused() {
    assertRefused("[]", "must be a JSON object, but is ARRAY");
    assertRefused("", "must be a JSON object");
    assertRefused(VALID + "{}", "not valid JSON");
    assertRefused(VALID.substring(0, VALID.indexOf("\"tensors\"")) + "\"tensors\": []}", "tensors");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> ArchitectureParser.parse("mine.json", json))
        .isInstanceOf(TrawlException.class)
        .hasMessageStartingWith("architecture mine.json: ")
        .hasMessageContaining(message)
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.BAD_INPUT);
  }

  @Test
  void filesAreLoaded(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("mine.json"), VALID);
    Architecture architecture = load(file);
    assertThat(architecture.name()).endsWith("mine.json");
    assertThat(architecture.roles()).hasSize(5);
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> load(folder.resolve("none.json")))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("none.json: cannot read the architecture: ");
    Path large = Files.write(folder.resolve("large.json"), new byte[2 << 20]);
    assertThatThrownBy(() -> load(large))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("large.json: larger than");
  }

  @Test
  void aStorageThatFailsIsNoBadFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("mine.json"), VALID);
    Configuration faulty = FaultyFileSystem.configuration();
    FaultyFileSystem.fail(faulty, Operation.READ, "mine.json", Fault.TIME_OUT_BEFORE, 1);
    assertThatThrownBy(() -> Architecture.load(FaultyFileSystem.path(file), faulty))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("mine.json: cannot read the architecture", "check the storage")
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.SYSTEM);
  }

  private static Architecture load(Path file) {
    return Architecture.load(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration());
  }
}
