package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFileTest {
  private static final String ROWS = "{\"q\": \"é\"}\n{\"q\": \"b\"}\n";

  @TempDir Path directory;

  @Test
  void compressedRowsAndAByteOrderMarkAreReadAsThePlainRows() throws IOException {
    List<Map<String, Object>> expected = List.of(Map.of("q", "é"), Map.of("q", "b"));
    assertThat(read("plain.jsonl", bytes(ROWS))).isEqualTo(expected);
    assertThat(read("marked.jsonl", bytes("\uFEFF" + ROWS))).isEqualTo(expected);
    assertThat(read("rows.jsonl.gz", gzip(bytes(ROWS)))).isEqualTo(expected);
    assertThat(read("marked.jsonl.gz", gzip(bytes("\uFEFF" + ROWS)))).isEqualTo(expected);
  }

  /** What Python's json.dumps writes for numbers that JSON does not have. */
  @Test
  void readsTheNumbersThatOnlyPythonWrites() throws IOException {
    assertThat(read("odd.jsonl", bytes("{\"a\": NaN, \"b\": Infinity, \"c\": [-Infinity]}")))
        .isEqualTo(
            List.of(
                Map.of(
                    "a",
                    Double.NaN,
                    "b",
                    Double.POSITIVE_INFINITY,
                    "c",
                    List.of(Double.NEGATIVE_INFINITY))));
  }

  @Test
  void aBrokenCompressedFileIsBadInput() throws IOException {
    byte[] whole = gzip(bytes(ROWS.repeat(100)));
    assertRefused(
        "cut.jsonl.gz", Arrays.copyOf(whole, whole.length / 2), "can't be decompressed (");
    assertRefused("plain.jsonl.gz", bytes(ROWS), "can't be decompressed (");
  }

  @Test
  void aDirectoryIsNamedAsOne() {
    assertThatThrownBy(() -> read(directory))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("is a directory; name a file in it");
    assertThatThrownBy(() -> read(directory.resolve("absent.jsonl")))
        .isInstanceOf(TrawlException.class)
        .hasMessageEndingWith("absent.jsonl: no such file; check the path of the data");
  }

  @Test
  void otherBytesThanUtf8AreNamed() throws IOException {
    assertRefused("latin.jsonl", ROWS.getBytes(StandardCharsets.ISO_8859_1), "is not UTF-8; rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "{\"q\": 1}\\n{\"q\": \"b\\n => line 2 is not valid JSON (",
        "{\"q\": 1}\\n{\"q\": \"b\"\\n => is cut off: what begins in line 2 has no end; rows are",
        "[\\n{\"q\": 1},\\n{\"q\":\\n => is cut off: what begins in line 3 has no end; rows are",
        "{\"q\": 1}\\n{\"q\": 2\\n{\"q\": 3}\\n => line 3 is not valid JSON (Unexpected character",
        "{\"q\": 1}\\n{\"q\": 2\\n{\"q\": 3}\\n => ; it belongs to what begins in line 2); rows are",
        "{\"q\": 1}\\n\\nnext\\n => line 3 is not valid JSON (Unrecognized token",
        "[\\n{\"q\": 1}\\n => is cut off: what begins in line 1 has no end; rows are"
      })
  void aRowThatIsCutOffIsNamedByTheLineInWhichItBegins(String data, String message)
      throws IOException {
    assertRefused("rows.jsonl", bytes(data.replace("\\n", "\n")), message);
  }

  private void assertRefused(String name, byte[] content, String message) {
    assertThatThrownBy(() -> read(name, content))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining(message)
        .hasMessageContaining(name + ": ")
        .hasMessageNotContaining("\n");
  }

  private List<Map<String, Object>> read(String name, byte[] content) throws IOException {
    return read(Files.write(directory.resolve(name), content));
  }

  private static List<Map<String, Object>> read(Path file) {
    return DataFile.read(
        new org.apache.hadoop.fs.Path(file.toString()), Optional.empty(), new Configuration());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(compressed)) {
      stream.write(content);
    }
    return compressed.toByteArray();
  }
}
