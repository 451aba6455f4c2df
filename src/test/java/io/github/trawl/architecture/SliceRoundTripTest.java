package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Percentage;

/** Whatever the layout, what is read is written back bit for bit. */
class SliceRoundTripTest {
  /** A tensor of random finite values, and a few disjoint matrices in it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Fused(TensorInfo tensor, List<WeightSlice> slices, byte[] bytes, Random random) {}

  @Provide
  Arbitrary<Fused> fused() {
    return Arbitraries.randomValue(SliceRoundTripTest::fused);
  }

  private static Fused fused(Random random) {
    DType dtype = List.of(DType.F32, DType.F16, DType.BF16).get(random.nextInt(3));
    boolean inputsFirst = random.nextBoolean();
    int parts = 1 + random.nextInt(3);
    int groups = 1 + random.nextInt(4);
    int group = 1 + random.nextInt(5);
    int outputs = parts * groups * group + random.nextInt(3);
    int inputs = 1 + random.nextInt(90);
    TensorInfo tensor =
        inputsFirst
            ? FilledTensors.matrix("w", dtype, inputs, outputs)
            : FilledTensors.matrix("w", dtype, outputs, inputs);
    MatrixRole[] roles = MatrixRole.values();
    List<WeightSlice> slices = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      StoredAxis axis = new StoredAxis(part * group, groups * group, group, parts * group);
      MatrixLayout layout =
          new MatrixLayout(axis, StoredAxis.range(0, inputs), inputsFirst, random.nextBoolean());
      slices.add(new WeightSlice(0, roles[part], tensor, layout));
    }
    return new Fused(tensor, slices, finiteBytes(dtype, outputs * inputs, random), random);
  }

  /** Random bits, denormals and negative zeros among them, without NaN and infinity. */
  private static byte[] finiteBytes(DType dtype, int elements, Random random) {
    int width = dtype.bits() / 8;
    byte[] bytes = new byte[elements * width];
    random.nextBytes(bytes);
    int exponentByte = width - 1;
    for (int i = 0; i < elements; i++) {
      bytes[i * width + exponentByte] &= (byte) 0xbf;
      if (random.nextInt(8) == 0) {
        bytes[i * width + exponentByte] &= (byte) 0x80;
      }
      if (random.nextInt(16) == 0) {
        Arrays.fill(bytes, i * width, (i + 1) * width - 1, (byte) 0);
      }
    }
    return bytes;
  }

  @Property(tries = 300)
  void readingFollowsTheDefinitionOfTheLayout(@ForAll("fused") Fused fused) {
    float[] stored = decode(fused);
    for (WeightSlice slice : fused.slices()) {
      int from = fused.random().nextInt(slice.rows());
      int count = 1 + fused.random().nextInt(slice.rows() - from);
      FloatBuffer target = FloatBuffer.allocate(3 + count * slice.columns()).position(3);
      SliceReader.read(
          FilledTensors.source(fused.tensor(), fused.bytes()), slice, from, count, target);
      assertThat(target.position()).isEqualTo(target.limit());
      for (int row = 0; row < count; row++) {
        for (int column = 0; column < slice.columns(); column++) {
          assertThat(target.get(3 + row * slice.columns() + column))
              .isEqualTo(stored[storedIndex(slice, from + row, column)]);
        }
      }
    }
  }

  @Property(tries = 300)
  void writingBackWhatWasReadChangesNoByte(@ForAll("fused") Fused fused) {
    Map<WeightSlice, MatrixBlocks> replacements = new LinkedHashMap<>();
    for (WeightSlice slice : fused.slices()) {
      replacements.put(slice, blocks(slice, read(fused, slice)));
    }
    byte[] bytes = fused.bytes().clone();
    SliceRewrite rewrite = new SliceRewrite(fused.tensor(), replacements);
    rewriteInChunks(fused, rewrite, bytes);
    assertThat(bytes).isEqualTo(fused.bytes());
    assertThat(rewrite.relativeErrors().keySet()).containsExactlyElementsOf(fused.slices());
    assertThat(rewrite.relativeErrors().values()).containsOnly(0.0);
  }

  @Property(tries = 300)
  void onlyTheReplacedMatrixChanges(@ForAll("fused") Fused fused) {
    WeightSlice slice = fused.slices().get(fused.random().nextInt(fused.slices().size()));
    float[] values = new float[slice.rows() * slice.columns()];
    for (int i = 0; i < values.length; i++) {
      values[i] = fused.random().nextInt(257) - 128;
    }
    byte[] bytes = fused.bytes().clone();
    SliceRewrite rewrite = new SliceRewrite(fused.tensor(), Map.of(slice, blocks(slice, values)));
    rewriteInChunks(fused, rewrite, bytes);

    float[] before = decode(fused);
    float[] expected = before.clone();
    double error = 0;
    double norm = 0;
    for (int row = 0; row < slice.rows(); row++) {
      for (int column = 0; column < slice.columns(); column++) {
        int index = storedIndex(slice, row, column);
        expected[index] = values[row * slice.columns() + column];
        error += Math.pow((double) expected[index] - before[index], 2);
        norm += Math.pow(before[index], 2);
      }
    }
    byte[] expectedBytes = fused.bytes().clone();
    int width = fused.tensor().dtype().bits() / 8;
    for (int row = 0; row < slice.rows(); row++) {
      for (int column = 0; column < slice.columns(); column++) {
        int index = storedIndex(slice, row, column);
        ByteBuffer element =
            Tiles.littleEndian(ByteBuffer.wrap(expectedBytes), index * width, width);
        FloatCodec.encode(fused.tensor().dtype(), FloatBuffer.wrap(expected, index, 1), element);
      }
    }
    assertThat(bytes).isEqualTo(expectedBytes);
    double relative = error == 0 ? 0 : Math.sqrt(error) / Math.sqrt(norm);
    assertThat(rewrite.relativeErrors().get(slice))
        .isCloseTo(relative, Percentage.withPercentage(1e-9));
  }

  /** Passes random numbers of whole rows, each at a random position of a larger buffer. */
  private static void rewriteInChunks(Fused fused, SliceRewrite rewrite, byte[] bytes) {
    int rows = Math.toIntExact(fused.tensor().shape().get(0));
    int rowBytes = bytes.length / rows;
    int row = 0;
    while (row < rows) {
      int count = Math.min(rows - row, 1 + fused.random().nextInt(7));
      int lead = fused.random().nextInt(4);
      ByteBuffer chunk = ByteBuffer.allocate(lead + count * rowBytes + 2);
      chunk.position(lead).limit(lead + count * rowBytes);
      chunk.put(lead, bytes, row * rowBytes, count * rowBytes);
      rewrite.rewrite((long) row * rowBytes, chunk);
      assertThat(chunk.position()).isEqualTo(lead);
      assertThat(chunk.remaining()).isEqualTo(count * rowBytes);
      chunk.get(lead, bytes, row * rowBytes, count * rowBytes);
      row += count;
    }
  }

  private static float[] read(Fused fused, WeightSlice slice) {
    float[] values = new float[slice.rows() * slice.columns()];
    SliceReader.read(
        FilledTensors.source(fused.tensor(), fused.bytes()),
        slice,
        0,
        slice.rows(),
        FloatBuffer.wrap(values));
    return values;
  }

  private static MatrixBlocks blocks(WeightSlice slice, float[] values) {
    return (rowStart, rowCount, columnStart, columnCount, target) -> {
      assertThat(target.remaining()).isEqualTo(rowCount * columnCount);
      for (int row = rowStart; row < rowStart + rowCount; row++) {
        target.put(values, row * slice.columns() + columnStart, columnCount);
      }
    };
  }

  private static float[] decode(Fused fused) {
    int elements = fused.bytes().length * 8 / fused.tensor().dtype().bits();
    float[] values = new float[elements];
    FloatCodec.decode(
        fused.tensor().dtype(),
        Tiles.littleEndian(ByteBuffer.wrap(fused.bytes()), 0, fused.bytes().length),
        FloatBuffer.wrap(values));
    return values;
  }

  /** The definition: output feature o and input feature i have their places, whatever the order. */
  private static int storedIndex(WeightSlice slice, int row, int column) {
    MatrixLayout layout = slice.layout();
    int output = layout.outputs().stored(layout.transposed() ? column : row);
    int input = layout.inputs().stored(layout.transposed() ? row : column);
    int width = Math.toIntExact(slice.tensor().shape().get(1));
    return layout.inputsFirst() ? input * width + output : output * width + input;
  }
}
