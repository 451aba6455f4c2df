package io.github.trawl.bench;

import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.mllib.linalg.DenseMatrix;
import org.apache.spark.mllib.linalg.Matrix;
import org.apache.spark.mllib.linalg.distributed.BlockMatrix;
import scala.Tuple2;

/** An iteration beside the two products that it needs in MLlib, in the same virtual machine. */
final class MllibComparison implements Comparison {
  /** MLlib's own default for blocks of a block matrix. */
  private static final int BLOCK = 1024;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    int rank = 256;
    TensorFile tensor = setting.random(4, 2048, 2048);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + setting.threads() + "]")
            .setAppName("trawl bench")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(2L << 30);
        TensorBlock block = tensor.load(0, tensor.rows(), memory);
        JavaSparkContext spark = new JavaSparkContext(conf)) {
      spark.setLogLevel("ERROR");
      BlockMatrix slices = stacked(spark, tensor, false);
      BlockMatrix transposed = stacked(spark, tensor, true);
      BlockMatrix factor = factor(spark, tensor.columns(), rank);
      IterationsInTurns.Times times =
          IterationsInTurns.measure(
              block,
              rank,
              setting.threads(),
              10,
              setting.quick() ? 3 : 7,
              memory,
              () -> {
                compute(slices.multiply(factor));
                compute(transposed.multiply(factor));
              });
      return List.of(
          Row.seconds(
                  "mllib",
                  "whole iteration of %s, rank %d".formatted(tensor, rank),
                  "the two products in MLlib's BlockMatrix",
                  times.iterations(),
                  times.peer())
              .atLeast(10)
              .note("theirs in float64, blocks cached"));
    }
  }

  private static void compute(BlockMatrix product) {
    product.blocks().toJavaRDD().foreach(block -> {});
  }

  /**
   * The slices, or their transposes, one below the other: one product for all, the most favourable
   * for MLlib. Read where they are kept, so that no task carries a part of the tensor along.
   */
  private static BlockMatrix stacked(
      JavaSparkContext spark, TensorSource source, boolean transpose) {
    int height = source.rows() / BLOCK;
    int width = source.columns() / BLOCK;
    return cached(
        spark,
        source.depth() * height,
        row -> {
          FloatBuffer values = FloatBuffer.allocate(BLOCK * source.columns());
          source.read(row / height, row % height * BLOCK, BLOCK, values);
          List<Tuple2<Tuple2<Object, Object>, Matrix>> blocks = new ArrayList<>();
          for (int column = 0; column < width; column++) {
            double[] block = new double[BLOCK * BLOCK];
            for (int i = 0; i < block.length; i++) {
              block[i] = values.get(i / BLOCK * source.columns() + column * BLOCK + i % BLOCK);
            }
            Tuple2<Object, Object> place =
                transpose
                    ? new Tuple2<>(row / height * width + column, row % height)
                    : new Tuple2<>(row, column);
            // Its values are row by row; read column by column they are the transpose.
            blocks.add(new Tuple2<>(place, new DenseMatrix(BLOCK, BLOCK, block, !transpose)));
          }
          return blocks.iterator();
        });
  }

  private static BlockMatrix factor(JavaSparkContext spark, int rows, int rank) {
    return cached(
        spark,
        rows / BLOCK,
        row -> {
          double[] values = new SplittableRandom(row).doubles((long) BLOCK * rank).toArray();
          Matrix block = new DenseMatrix(BLOCK, rank, values);
          return List.of(new Tuple2<>(new Tuple2<Object, Object>(row, 0), block)).iterator();
        });
  }

  private static BlockMatrix cached(
      JavaSparkContext spark,
      int blockRows,
      FlatMapFunction<Integer, Tuple2<Tuple2<Object, Object>, Matrix>> blocks) {
    List<Integer> indices = IntStream.range(0, blockRows).boxed().toList();
    BlockMatrix matrix =
        new BlockMatrix(
            spark.parallelize(indices, spark.defaultParallelism()).flatMap(blocks).rdd(),
            BLOCK,
            BLOCK);
    matrix.cache();
    matrix.blocks().count();
    return matrix;
  }
}
