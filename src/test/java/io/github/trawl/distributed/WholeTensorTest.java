package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.BlockFiller;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class WholeTensorTest {
  private static final TensorSource SOURCE = new SyntheticSource(2, 30, 20, 0.5f);

  /** Sends every value by itself. */
  private record ValueByValue(TensorSource source) implements TensorSupply {
    @Override
    public TensorShape shape() {
      return new TensorShape(source.depth(), source.rows(), source.columns());
    }

    @Override
    public ValueFormat format() {
      return ValueFormat.FLOAT32;
    }

    @Override
    public BlockDelivery deliver(JavaSparkContext spark, String name, int[] rowStarts) {
      TensorSource read = source;
      JavaPairRDD<Integer, byte[]> pieces =
          spark
              .parallelize(List.of(0, 1), 2)
              .flatMapToPair(
                  slice ->
                      IntStream.range(0, read.rows())
                          .mapToObj(row -> new Tuple2<>(0, piece(read, slice, row)))
                          .iterator());
      return new BlockDelivery(
          (task, starts, sent, format, memory) ->
              BlockFiller.fill(
                  starts,
                  read,
                  format,
                  memory,
                  blocks ->
                      sent.forEachRemaining(
                          bytes -> {
                            ByteBuffer piece = ByteBuffer.wrap(bytes);
                            int slice = piece.getInt();
                            int row = piece.getInt();
                            float[] values = new float[read.columns()];
                            piece.asFloatBuffer().get(values);
                            blocks.put(slice, row, 0, 1, values.length, values);
                          })),
          Optional.of(pieces));
    }

    private static byte[] piece(TensorSource source, int slice, int row) {
      ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * source.columns());
      bytes.putInt(slice).putInt(row);
      source.read(slice, row, 1, bytes.asFloatBuffer());
      return bytes.array();
    }
  }

  @Test
  void isTheSameReadOrSentAndCanBeMadeTwice() {
    double expected;
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        TensorBlock block = SOURCE.load(0, SOURCE.rows(), memory)) {
      expected = block.squaredNorm();
    }
    List<TensorSupply> supplies = List.of(new SourceSupply(SOURCE), new ValueByValue(SOURCE));
    for (SparkConf settings : List.of(DistributedPassesTest.settings("local[2]"), plain())) {
      try (JavaSparkContext spark = new JavaSparkContext(settings)) {
        for (TensorSupply supply : supplies) {
          assertThat(twice(spark, supply)).containsExactly(expected, expected);
        }
      }
    }
  }

  private static double[] twice(JavaSparkContext spark, TensorSupply supply) {
    return WholeTensor.inOneTask(
        spark, "synthetic", supply, whole -> new double[] {norm(whole), norm(whole)});
  }

  private static double norm(WholeTensor.Loading whole) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        TensorBlock block = whole.load(ValueFormat.FLOAT32, memory)) {
      return block.squaredNorm();
    }
  }

  @Test
  void aSourceThatFailsIsNamed() {
    TensorSource faulty = new FaultySource(SOURCE, FaultySource.Kind.BAD_INPUT, 9);
    try (JavaSparkContext spark = new JavaSparkContext(plain())) {
      assertThatThrownBy(() -> twice(spark, new SourceSupply(faulty)))
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessageContaining("row 0 is unreadable");
    }
  }

  /** As a user's own Spark has it: no serializer of ours. */
  private static SparkConf plain() {
    return DistributedPassesTest.settings("local[2]")
        .remove("spark.serializer")
        .remove("spark.kryo.registrationRequired")
        .remove("spark.kryo.registrator");
  }
}
