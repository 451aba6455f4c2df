package io.github.trawl.distributed;

import io.github.trawl.tensor.TensorExchange;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * A tensor that tasks read from its source: each task its own rows or, if the source has a {@link
 * TensorExchange}, all tasks together.
 */
public record SourceSupply(TensorSource source) implements TensorSupply {
  @Override
  public TensorShape shape() {
    return new TensorShape(source.depth(), source.rows(), source.columns());
  }

  @Override
  public ValueFormat format() {
    return source.format();
  }

  @Override
  public BlockDelivery deliver(JavaSparkContext spark, String name, int[] rowStarts) {
    TensorSource read = source;
    return source
        .exchange(rowStarts)
        .map(exchange -> new BlockDelivery(exchange, Optional.of(pieces(spark, name, exchange))))
        .orElseGet(
            () ->
                new BlockDelivery(
                    (task, starts, none, format, memory) -> read.load(starts, format, memory),
                    Optional.empty()));
  }

  private static JavaPairRDD<Integer, byte[]> pieces(
      JavaSparkContext spark, String name, TensorExchange exchange) {
    List<Integer> readers = IntStream.range(0, exchange.readers()).boxed().toList();
    return spark
        .parallelize(readers, readers.size())
        .setName("readers of " + name)
        .flatMapToPair(reader -> read(exchange, reader))
        .setName("what was read of " + name);
  }

  /** Returns the pieces that one reader makes, each with the index of its task. */
  private static Iterator<Tuple2<Integer, byte[]>> read(TensorExchange exchange, int reader) {
    TensorExchange.Pieces pieces = exchange.read(reader);
    TaskCompletionListener closing = context -> pieces.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pieces.hasNext();
      }

      @Override
      public Tuple2<Integer, byte[]> next() {
        TensorExchange.Piece piece = pieces.next();
        return new Tuple2<>(piece.task(), piece.bytes());
      }
    };
  }
}
