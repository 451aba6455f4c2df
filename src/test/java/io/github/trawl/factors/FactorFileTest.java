package io.github.trawl.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.checkpoint.FaultyFileSystem.Fault;
import io.github.trawl.checkpoint.FaultyFileSystem.Operation;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TuckerTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FactorFileTest {
  private static final Configuration HADOOP = new Configuration(false);

  @TempDir private Path folder;

  /** With more rows than a record batch holds, and bits that a decimal text would lose. */
  @Test
  void kruskalTensorsComeBackBitForBit() {
    KruskalTensor tensor =
        new KruskalTensor(
            new float[] {Float.MIN_VALUE, -0f, 1 / 3f},
            values(2 * 3, 0),
            values(10_000 * 3, 1),
            values(7 * 3, 2));
    KruskalTensor read = (KruskalTensor) roundTrip(tensor);
    assertThat(read).usingRecursiveComparison().isEqualTo(tensor);
  }

  @Test
  void tuckerTensorsComeBackBitForBit() {
    TuckerTensor tensor =
        new TuckerTensor(
            2, 3, 4, values(2 * 3 * 4, 0), values(3 * 2, 1), values(5 * 3, 2), values(6 * 4, 3));
    assertThat(roundTrip(tensor)).usingRecursiveComparison().isEqualTo(tensor);
  }

  @Test
  void everyTensorOfABatchComesBack() {
    List<LowRankTensor> tensors = new ArrayList<>();
    List<FactorMember> members = new ArrayList<>();
    for (int rank : List.of(1, 5, 3)) {
      for (long seed : List.of(4L, -9L)) {
        int offset = 100 * members.size();
        members.add(
            new FactorMember("r" + rank + "-s" + seed, rank, seed, 0.25, 7, "TOLERANCE_REACHED"));
        tensors.add(
            new KruskalTensor(
                values(rank, offset),
                values(2 * rank, offset + 1),
                values(9000 * rank, offset + 2),
                values(4 * rank, offset + 3)));
      }
    }
    org.apache.hadoop.fs.Path file =
        write(
            new FactorSet(
                "stack", List.of("a", "b"), false, members, tensors, Map.of("method", "cp")));
    FactorHeader header = FactorFile.header(file, HADOOP);
    assertThat(header.members()).isEqualTo(members);
    assertThat(header.shape()).isEqualTo(new TensorShape(2, 9000, 4));
    assertThat(header.slices()).containsExactly("a", "b");
    assertThat(header.method()).isEqualTo("cp");
    for (int i = 0; i < members.size(); i++) {
      FactorMember member = members.get(i);
      assertThat(read(file, member.rank(), member.seed()))
          .usingRecursiveComparison()
          .isEqualTo(tensors.get(i));
    }
    assertBad(() -> read(file, 3, 1), "factors.arrow", "rank 3 and seed 1");
    assertBad(() -> read(file, 2, 4), "factors.arrow", "rank 2 and seed 4");
  }

  @Test
  void aMemberOfManyBecomesAFileOfItsOwn() throws IOException {
    List<FactorMember> members =
        List.of(
            new FactorMember("r2-s1", 2, 1, 0.25, 7, "TOLERANCE_REACHED"),
            new FactorMember("r3-s1", 3, 1, 1 / 3.0, 9, "MAX_ITERATIONS"));
    List<LowRankTensor> tensors = new ArrayList<>();
    for (FactorMember member : members) {
      int rank = member.rank();
      tensors.add(
          new KruskalTensor(
              values(rank, rank), values(2 * rank, 1), values(5 * rank, 2), values(4 * rank, 3)));
    }
    Map<String, String> provenance = Map.of("method", "cp", "numerics", "9", "tolerance", "0.5");
    org.apache.hadoop.fs.Path file =
        write(new FactorSet("stack", List.of("a", "b"), false, members, tensors, provenance));
    assertThat(FactorFile.header(file, HADOOP).numerics()).isEqualTo(9);
    FactorSet member = FactorFile.readMember(file, "r3-s1", HADOOP);
    assertThat(member)
        .usingRecursiveComparison()
        .isEqualTo(
            new FactorSet(
                "stack",
                List.of("a", "b"),
                false,
                members.subList(1, 2),
                tensors.subList(1, 2),
                provenance));
    assertBad(() -> FactorFile.readMember(file, "r3-s2", HADOOP), "factors.arrow", "no r3-s2");
    FactorSet first = FactorFile.readMember(golden("nested.arrow"), "r1-s0", HADOOP);
    assertThat(first.nested()).isTrue();
    assertThat(((KruskalTensor) first.tensors().get(0)).weights()).containsExactly(0.5f);
  }

  /** Written by src/test/python/make_factors_golden.py: the factors count up from a start. */
  @Test
  void readsWhatPyarrowWrote() throws IOException {
    KruskalTensor kruskal = (KruskalTensor) read(golden("kruskal.arrow"), 2, 7);
    assertThat(kruskal.weights()).containsExactly(0.5f, 0.25f);
    assertThat(kruskal.c()).containsExactly(0, 1, 2, 3);
    assertThat(kruskal.a()).containsExactly(10, 11, 12, 13, 14, 15);
    assertThat(kruskal.b()).containsExactly(20, 21, 22, 23, 24, 25, 26, 27);

    KruskalTensor second = (KruskalTensor) read(golden("batch.arrow"), 3, 8);
    assertThat(second.weights()).containsExactly(0.5f, 0.25f, 0.125f);
    assertThat(second.c()).containsExactly(100, 101, 102, 103, 104, 105);

    TuckerTensor tucker = (TuckerTensor) read(golden("tucker.arrow"), 3, 0);
    assertThat(tucker.c()).containsExactly(0, 1);
    assertThat(tucker.a()).containsExactly(10, 11, 12, 13, 14, 15);
    assertThat(tucker.b()).containsExactly(20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    assertThat(tucker.core()).containsExactly(30, 31, 32, 33, 34, 35);
  }

  /** The file holds the tensor of rank 3 alone. */
  @Test
  void aNestedFileServesEverySmallerRank() throws IOException {
    org.apache.hadoop.fs.Path file = golden("nested.arrow");
    KruskalTensor two = (KruskalTensor) read(file, 2, 0);
    assertThat(two.weights()).containsExactly(0.5f, 0.25f);
    assertThat(two.c()).containsExactly(0, 1, 3, 4);
    assertThat(two.a()).containsExactly(10, 11, 13, 14, 16, 17);
    assertThat(((KruskalTensor) read(file, 3, 0)).rank()).isEqualTo(3);
    assertBad(() -> read(file, 4, 0), "nested.arrow", "rank 4");
  }

  @ParameterizedTest
  @CsvSource({
    "no-metadata.arrow, trawl.format",
    "no-format.arrow, trawl.format",
    "later-format.arrow, format 3 where this version of Trawl reads 2",
    "unknown-kind.arrow, kind train are not known",
    "no-json.arrow, trawl.members is no JSON",
    "negative-shape.arrow, -2",
    "huge-shape.arrow, do not fit the file",
    "fewer-labels.arrow, 1 labels for 2 slices",
    "more-ranks.arrow, 3 ranks",
    "more-batches.arrow, 1 record batches instead of 2",
    "wrong-type.arrow, cannot be cast",
    "missing-rows.arrow, 9 different rows instead of 10",
    "repeated-row.arrow, 9 different rows instead of 10",
    "short-row.arrow, row 3 of mode 2",
    "unknown-mode.arrow, mode 5"
  })
  void otherArrowFilesAreRefused(String name, String reason) throws IOException {
    org.apache.hadoop.fs.Path file = golden(name);
    assertBad(() -> read(file, 2, 7), name, reason);
  }

  @Test
  void cutFilesAreRefused() throws IOException {
    KruskalTensor tensor =
        new KruskalTensor(values(2, 0), values(4, 1), values(40, 2), values(60, 3));
    byte[] whole = Files.readAllBytes(Path.of(write(tensor).toUri()));
    for (int length = 0; length < whole.length; length += 61) {
      Path cut = folder.resolve("cut-" + length + ".arrow");
      Files.write(cut, Arrays.copyOf(whole, length));
      assertBad(() -> read(hadoop(cut), 2, 0), cut.getFileName().toString());
    }
  }

  /** A store that does not answer says nothing about the factors, which need not be made again. */
  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"STATUS", "OPEN", "READ"})
  void aStorageThatFailsIsNoDamagedFile(Operation operation) throws IOException {
    Path file =
        Path.of(
            write(new KruskalTensor(values(2, 0), values(4, 1), values(40, 2), values(60, 3)))
                .toUri());
    for (int skips = 0; skips < (operation == Operation.READ ? 3 : 1); skips++) {
      Configuration faulty = FaultyFileSystem.configuration();
      FaultyFileSystem.fail(
          faulty, operation, file.getFileName().toString(), Fault.TIME_OUT_BEFORE, skips, 1);
      FactorRef ref = new FactorRef(FaultyFileSystem.path(file).toString(), 2, 0);
      assertThatThrownBy(() -> FactorFile.read(ref, faulty))
          .isInstanceOfSatisfying(
              TrawlException.class,
              failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContainingAll(
              file.getFileName() + ": cannot read the factors", "check the storage");
      assertThat(FactorFile.read(ref, faulty).rows()).isEqualTo(20);
    }
  }

  @Test
  void aFileThatIsNotThereIsSaidToBeMissing() {
    assertBad(() -> read(hadoop(folder.resolve("none.arrow")), 2, 0), "none.arrow", "the path");
  }

  @Test
  void moreValuesThanAnArrayHoldsAreRefused() {
    assertThatThrownBy(() -> new FactorPart.Size(1, 1 << 16, 1 << 15).allocate())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("65536 rows of 32768 values for mode 1 are more values than fit an array");
  }

  @Test
  void aSetWithoutATensorForAMemberIsRefused() {
    FactorMember member = new FactorMember("r1", 1, 0, 0, 0, "DIRECT");
    assertThatThrownBy(
            () -> new FactorSet("s", List.of("a"), false, List.of(member), List.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private LowRankTensor roundTrip(LowRankTensor tensor) {
    return read(write(tensor), 2, 0);
  }

  private org.apache.hadoop.fs.Path write(LowRankTensor tensor) {
    List<String> slices = Collections.nCopies(tensor.depth(), "slice");
    FactorMember member = new FactorMember("r2", 2, 0, 0.5, 3, "MAX_ITERATIONS");
    return write(
        new FactorSet("layer-0-fc", slices, false, List.of(member), List.of(tensor), Map.of()));
  }

  private org.apache.hadoop.fs.Path write(FactorSet set) {
    return FactorFile.write(
            new Staging(hadoop(folder).toString(), hadoop(folder.resolve("output")).toString()),
            "1",
            "factors.arrow",
            set,
            HADOOP)
        .path();
  }

  private static LowRankTensor read(org.apache.hadoop.fs.Path file, int rank, long seed) {
    return FactorFile.read(new FactorRef(file.toString(), rank, seed), HADOOP);
  }

  private org.apache.hadoop.fs.Path golden(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream stream = getClass().getResourceAsStream(name)) {
      Files.copy(stream, file);
    }
    return hadoop(file);
  }

  private static float[] values(int count, int seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i + 1000 * seed);
    }
    return values;
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static void assertBad(ThrowingCallable action, String... words) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> {
              assertThat(failure.category()).isEqualTo(ErrorCategory.BAD_INPUT);
              assertThat(failure.getMessage()).contains(words);
            });
  }
}
