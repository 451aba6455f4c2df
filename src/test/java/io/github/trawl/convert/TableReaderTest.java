package io.github.trawl.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderTest {
  private static SortedMap<String, byte[]> sample(int entries) {
    TreeMap<String, byte[]> sample = new TreeMap<>();
    for (int number = 0; number < entries; number++) {
      sample.put("bert/layer_" + number + "/kernel", new byte[] {(byte) number, 7});
    }
    return sample;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 17, 100})
  void readsEveryEntryInOrder(int entriesInBlock) {
    SortedMap<String, byte[]> sample = sample(50);

    List<TableReader.Entry> entries =
        TableReader.entries(TableWriter.write(sample, entriesInBlock), "file");

    assertThat(entries.stream().map(TableReader.Entry::key))
        .containsExactlyElementsOf(sample.keySet());
    assertThat(entries.stream().map(entry -> entry.value().get(0)))
        .containsExactlyElementsOf(sample.values().stream().map(value -> value[0]).toList());
  }

  @Test
  void readsAnEmptyTable() {
    assertThat(TableReader.entries(TableWriter.write(new TreeMap<>(), 1), "file")).isEmpty();
  }

  // Bytes that storage has changed.
  @Property(tries = 300)
  void noticesAnyChangedByteOfAFirstBlock(
      @ForAll @IntRange(min = 0, max = 7) int bit,
      @ForAll @IntRange(min = 0, max = 60) int byteAt) {
    byte[] table = TableWriter.write(sample(20), 20);
    table[byteAt] ^= (byte) (1 << bit);

    assertRefused(table, "checksum of the block at byte 0");
  }

  // Random bytes.
  @Property(tries = 500)
  void refusesOrReadsButNeverFailsOtherwise(
      @ForAll @Size(max = 80) byte[] block, @ForAll boolean asBlock) {
    byte[] table = asBlock ? TableWriter.writeRaw(block) : block;
    try {
      TableReader.entries(table, "file");
    } catch (TrawlException exception) {
      assertThat(exception).hasMessageStartingWith("file: ").hasMessageNotContaining("\n");
    }
  }

  // An end that is missing.
  @Test
  void refusesATruncatedTable() {
    byte[] table = TableWriter.write(sample(5), 2);
    for (int length = 0; length < table.length; length++) {
      assertRefused(Arrays.copyOf(table, length), "file: ");
    }
  }

  @Test
  void refusesAnotherMagicNumber() {
    byte[] table = TableWriter.write(sample(5), 2);
    table[table.length - 1] ^= 1;

    assertRefused(table, "magic number");
  }

  @Test
  void refusesACompressedBlock() {
    assertRefused(TableWriter.writeOfType(sample(3), 1), "compressed (type 1)");
  }

  // Offsets past the end of the file.
  @Test
  void refusesABlockOutsideTheFile() {
    for (long offset : new long[] {1000, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
      ByteArrayOutputStream footer = new ByteArrayOutputStream();
      footer.write(0);
      footer.write(0);
      TableWriter.varint(footer, offset);
      TableWriter.varint(footer, 8);
      footer.writeBytes(new byte[40 - footer.size()]);
      footer.writeBytes(TableWriter.little(0xdb4775248b80fb57L, 8));
      ByteArrayOutputStream table = new ByteArrayOutputStream();
      table.writeBytes(new byte[100]);
      table.writeBytes(footer.toByteArray());

      assertRefused(table.toByteArray(), "lies outside");
    }
  }

  @Test
  void refusesRestartsThatDoNotFit() {
    assertRefused(TableWriter.writeRaw(new byte[] {9, 0, 0, 0}), "too short for its list");
    assertRefused(TableWriter.writeRaw(new byte[] {-1, -1, -1, -1}), "too short for its list");
    assertRefused(TableWriter.writeRaw(new byte[] {0}), "too short for its list");
  }

  @Test
  void refusesAKeyThatSharesMoreThanThereIs() {
    assertRefused(TableWriter.writeRaw(new byte[] {3, 1, 0, 'a', 0, 0, 0, 0}), "shares more");
  }

  @Test
  void refusesAnIntegerThatIsTooLong() {
    byte[] block = new byte[20];
    Arrays.fill(block, 0, 16, (byte) -1);

    assertRefused(TableWriter.writeRaw(block), "more than 64 bits");
  }

  @Test
  void refusesAValueThatRunsPastItsBlock() {
    assertRefused(TableWriter.writeRaw(new byte[] {0, 1, 5, 'a', 0, 0, 0, 0}), "runs past the end");
  }

  // One key twice.
  @Test
  void refusesAKeyThatStandsThereTwice() {
    byte[] block = {0, 1, 0, 'a', 0, 1, 0, 'a', 0, 0, 0, 0};

    assertRefused(TableWriter.writeRaw(block), "not in ascending order");
  }

  private static void assertRefused(byte[] table, String problem) {
    assertThatThrownBy(() -> TableReader.entries(table, "file"))
        .isInstanceOfSatisfying(
            TrawlException.class,
            exception -> assertThat(exception.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }
}
