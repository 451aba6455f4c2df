package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SafetensorsHeaderTest {
  @TempDir Path directory;

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\""
        + name
        + "\":{\"dtype\":\""
        + dtype
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":"
        + offsets
        + "}";
  }

  private static String header(String... entries) {
    return "{" + String.join(",", entries) + "}";
  }

  private Checkpoint open(byte[] file) {
    return ModelFiles.open(ModelFiles.single(directory, file));
  }

  private Checkpoint open(String header, int dataBytes) {
    return open(ModelFiles.file(header, dataBytes));
  }

  private void assertRefused(byte[] file, String... parts) {
    assertThatThrownBy(() -> open(file))
        .isInstanceOfSatisfying(
            TrawlException.class,
            e -> {
              assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT);
              assertThat(e.getMessage().lines()).hasSize(1);
            })
        .hasMessageContaining("model.safetensors: ")
        .hasMessageContainingAll(parts);
  }

  private void assertRefused(String header, int dataBytes, String... parts) {
    assertRefused(ModelFiles.file(header, dataBytes), parts);
  }

  @Test
  void readsTensorsInTheHeadersOrderWithAbsoluteOffsets() {
    Checkpoint checkpoint = open(ModelFiles.HEADER, 24);

    long data = 8L + ModelFiles.HEADER.length();
    assertThat(checkpoint.tensors())
        .containsExactly(
            new TensorInfo("b", DType.F32, List.of(2L, 2L), "model.safetensors", data, 16),
            new TensorInfo("a", DType.F16, List.of(4L), "model.safetensors", data + 16, 8));
    assertThat(checkpoint.shards()).singleElement().returns(data + 24, ShardFile::length);
  }

  @ParameterizedTest // Header too small.
  @ValueSource(ints = {0, 7})
  void refusesFilesTooSmallForAHeader(int length) {
    assertRefused(new byte[length], "header too small", length + " bytes");
  }

  @ParameterizedTest // Header too large.
  @CsvSource({"100000001", "-9223372036854775808", "-1"})
  void refusesHeadersOverTheLimit(long length) {
    byte[] file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();

    assertRefused(file, "header too large", Long.toUnsignedString(length));
  }

  @Test // Header longer than the file.
  void refusesHeadersPastTheFilesEnd() {
    byte[] file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(57).array();

    assertRefused(file, "header of 57 bytes goes past the file's end at 64");
  }

  @Test // Truncated header.
  void refusesTruncatedHeaders() {
    byte[] file = ModelFiles.file(ModelFiles.HEADER, 24);

    assertRefused(java.util.Arrays.copyOf(file, 60), "goes past the file's end at 60");
    assertRefused(ModelFiles.HEADER.substring(0, 80), 0, "not valid JSON");
  }

  @Test // Not UTF-8.
  void refusesMalformedUtf8() {
    byte[] header = header(tensor("xx", "U8", "[1]", "[0,1]")).getBytes(StandardCharsets.UTF_8);
    header[2] = (byte) 0xc3;

    assertRefused(ModelFiles.file(header, new byte[1]), "not UTF-8");
    assertRefused(header(tensor("\\ud800", "U8", "[1]", "[0,1]")), 1, "not Unicode");
  }

  @ParameterizedTest // No JSON object.
  @ValueSource(
      strings = {"{", "", "   ", "nonsense", "[]", "\"text\"", "7", "{} {}", "{}x", "{\"a\"}"})
  void refusesWhatIsNoJsonObject(String header) {
    assertRefused(header, 0, "header");
  }

  @Test // Nested without end.
  void refusesDeepNesting() {
    assertRefused("{\"a\":{\"x\":" + "[".repeat(100_000), 0, "not valid JSON");
  }

  @Test // White space around the object.
  void toleratesWhiteSpaceAroundTheObject() {
    String padded = " \n\t" + header(tensor("t", "U8", "[1]", "[0,1]")) + "  \n  ";

    assertThat(open(padded, 1).tensor("t").length()).isEqualTo(1);
  }

  @Test // Duplicate keys.
  void refusesDuplicateKeys() {
    String tensor = tensor("t", "U8", "[1]", "[0,1]");

    assertRefused(header(tensor, tensor), 1, "Duplicate field 't'");
    assertRefused("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "Duplicate field 'a'");
  }

  @ParameterizedTest // Metadata that is no map of strings.
  @ValueSource(strings = {"{\"k\":1}", "{\"k\":{}}", "{\"k\":null}", "[]", "\"x\"", "null"})
  void refusesMetadataThatIsNoMapOfStrings(String metadata) {
    assertRefused("{\"__metadata__\":" + metadata + "}", 0, "__metadata__");
  }

  @ParameterizedTest // Offsets.
  @ValueSource(
      strings = {
        "[1,0]",
        "[-1,0]",
        "[\"0\",1]",
        "[0.0,1]",
        "[0,1,2]",
        "[0]",
        "[]",
        "7",
        "null",
        "[0,[1]]",
        "[0,18446744073709551615]",
        "[9223372036854775807,9223372036854775807]"
      })
  void refusesBadOffsets(String offsets) {
    assertRefused(header(tensor("weird", "U8", "[1]", offsets)), 1, "'weird'");
  }

  @ParameterizedTest // Missing or wrong parts of a tensor.
  @ValueSource(
      strings = {
        "7",
        "[]",
        "null",
        "{}",
        "{\"dtype\":\"U8\",\"shape\":[1]}",
        "{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}",
        "{\"dtype\":\"U8\",\"shape\":{},\"data_offsets\":[0,1]}"
      })
  void refusesIncompleteTensors(String value) {
    assertRefused("{\"weird\":" + value + "}", 1, "'weird'");
  }

  @Test // Hole.
  void refusesHoles() {
    String first = tensor("first", "U8", "[1]", "[0,1]");

    assertRefused(header(first, tensor("second", "U8", "[1]", "[2,3]")), 3, "'second'", "hole");
    assertRefused(header(tensor("second", "U8", "[1]", "[2,3]")), 3, "'second'", "hole");
  }

  @Test // Overlap.
  void refusesOverlaps() {
    String first = tensor("first", "U8", "[2]", "[0,2]");

    assertRefused(header(first, tensor("second", "U8", "[2]", "[1,3]")), 3, "overlaps", "'first'");
    assertRefused(header(first, tensor("second", "U8", "[2]", "[0,2]")), 2, "overlaps");
  }

  @Test // A hundred thousand tensors on the same bytes.
  void refusesOverlapBombs() {
    String bomb =
        IntStream.range(0, 100_000)
            .mapToObj(i -> tensor("t" + i, "U8", "[1]", "[0,1]"))
            .collect(Collectors.joining(",", "{", "}"));

    assertRefused(bomb, 1, "overlaps");
  }

  @Test // End of the data.
  void refusesDataThatDoesNotEndWithTheFile() {
    String header = header(tensor("t", "U8", "[8]", "[0,8]"));

    assertRefused(header, 6, "'t'", "past the file's end");
    assertRefused(header, 0, "'t'", "past the file's end");
    assertRefused(header, 11, "3 bytes follow tensor 't'");
    assertRefused("{}", 5, "5 bytes follow the header");
  }

  @Test // Shape and length disagree.
  void refusesShapesOfAnotherLength() {
    assertRefused(header(tensor("t", "F32", "[2,2]", "[0,12]")), 12, "'t'", "needs 16", "12 bytes");
  }

  @ParameterizedTest // Overflow.
  @ValueSource(
      strings = {
        "[2,18446744073709551614]",
        "[2,9223372036854775807]",
        "[4294967296,4294967296]",
        "[1152921504606846976]",
        "[99999999999999999999999999]"
      })
  void refusesOverflowingShapes(String shape) {
    assertRefused(header(tensor("t", "U64", shape, "[0,8]")), 8, "'t'", "overflow");
  }

  @Test // Unusual dimensions.
  void acceptsUnusualShapes() {
    String ones = Collections.nCopies(30, "1").toString();
    Checkpoint checkpoint =
        open(
            header(
                tensor("scalar", "F32", "[]", "[0,4]"),
                tensor("empty", "F32", "[5,0,7]", "[4,4]"),
                tensor("long", "F32", "[0,9999999999]", "[4,4]"),
                tensor("deep", "F32", ones, "[4,8]")),
            8);

    assertThat(checkpoint.tensor("scalar").shape()).isEmpty();
    assertThat(checkpoint.tensor("empty").length()).isZero();
    assertThat(checkpoint.tensor("long").shape()).containsExactly(0L, 9_999_999_999L);
    assertThat(checkpoint.tensor("deep").shape()).hasSize(30);
  }

  @Test // Negative dimension.
  void refusesNegativeDimensions() {
    assertRefused(header(tensor("t", "F32", "[-1,-4]", "[0,16]")), 16, "'t'", "negative", "'-1'");
  }

  static Stream<Arguments> dtypes() {
    return Stream.of(DType.values()).map(dtype -> Arguments.of(dtype, dtype.bits()));
  }

  @ParameterizedTest // All dtypes pass through.
  @MethodSource("dtypes")
  void acceptsAllDTypes(DType dtype, int bits) {
    Checkpoint checkpoint =
        open(header(tensor("t", dtype.name(), "[8]", "[0," + bits + "]")), bits);

    assertThat(checkpoint.tensor("t")).returns(dtype, TensorInfo::dtype);
    assertThat(checkpoint.tensor("t")).returns((long) bits, TensorInfo::length);
  }

  @Test // Unknown dtype, packed elements that do not fill a byte.
  void refusesUnknownAndMisalignedDTypes() {
    assertRefused(header(tensor("t", "F128", "[1]", "[0,16]")), 16, "'t'", "'F128'");
    assertRefused(header(tensor("t", "F4", "[3]", "[0,1]")), 1, "'t'", "whole byte");
    assertRefused(header(tensor("t", "F6_E2M3", "[2]", "[0,2]")), 2, "'t'", "whole byte");
  }

  @Test // Unusual names.
  void acceptsUnusualNames() {
    String longName = "n".repeat(10_000);
    Checkpoint checkpoint =
        open(
            header(
                tensor("", "U8", "[1]", "[0,1]"),
                tensor(longName, "U8", "[1]", "[1,2]"),
                tensor("größe.層.😀", "U8", "[1]", "[2,3]"),
                tensor("../x", "U8", "[1]", "[3,4]"),
                tensor("line\\nfeed\\u0000", "U8", "[1]", "[4,5]")),
            5);

    assertThat(checkpoint.tensors())
        .extracting(TensorInfo::name)
        .containsExactly("", longName, "größe.層.😀", "../x", "line\nfeed\0");
  }

  @Test // Such names stay on one short line in messages.
  void quotesUnusualNamesOnOneLine() {
    assertRefused(header(tensor("a\\n\\u2028b", "U8", "[1]", "[0,2]")), 2, "'a\\u000a\\u2028b'");
    assertRefused(
        header(tensor("n".repeat(10_000), "U8", "[1]", "[0,2]")), 2, "n… (10000 characters)");
  }

  @Test // Many tensors.
  void readsTenThousandTensors() {
    String header =
        IntStream.range(0, 10_000)
            .mapToObj(i -> tensor("t" + i, "U8", "[1]", "[" + i + "," + (i + 1) + "]"))
            .collect(Collectors.joining(",", "{", "}"));

    assertThat(open(header, 10_000).tensors()).hasSize(10_000);
  }

  @Test // A tensor and an offset beyond 2 GiB, in a sparse file.
  void readsBeyondTwoGibibytes() throws IOException {
    long large = 3L << 30;
    String header =
        header(
            tensor("large", "U8", "[" + large + "]", "[0," + large + "]"),
            tensor("far", "F32", "[1]", "[" + large + "," + (large + 4) + "]"));
    ModelFiles.single(directory, ModelFiles.file(header, 0));
    long data = 8L + header.length();
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      file.seek(data + large);
      file.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    }

    Checkpoint checkpoint = ModelFiles.open(directory);
    TensorInfo far = checkpoint.tensor("far");
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
    try (ShardReader reader =
        ShardReader.open(
            checkpoint.directory(),
            checkpoint.shards().get(0),
            new org.apache.hadoop.conf.Configuration())) {
      reader.readFully(far.offset(), bytes);
    }

    assertThat(checkpoint.tensor("large").length()).isEqualTo(large);
    assertThat(far.offset()).isEqualTo(data + large);
    assertThat(bytes.flip().getFloat()).isEqualTo(1f);
  }
}
