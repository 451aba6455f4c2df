package io.github.trawl.solve;

import io.github.trawl.architecture.PieceDecoder;
import io.github.trawl.architecture.PieceReader;
import io.github.trawl.architecture.StackReads;
import io.github.trawl.architecture.StoredPiece;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.BlockFiller;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorExchange;
import io.github.trawl.tensor.ValueFormat;
import java.util.Iterator;
import java.util.List;

/**
 * Reads a stack of which some matrices are stored transposed, see {@link StackReads}. Readers read
 * these matrices and send each task its elements of them, in the dtype in which they are stored; a
 * task reads its rows of the other matrices itself.
 *
 * @param source the tensor of the stack
 * @param reads how the reads are divided among readers and tasks
 */
record CheckpointExchange(CheckpointSource source, StackReads reads) implements TensorExchange {
  @Override
  public int readers() {
    return reads.readers();
  }

  @Override
  public Pieces read(int reader) {
    PieceReader pieces = reads.pieces(reader, source::open);
    return new Pieces() {
      @Override
      public boolean hasNext() {
        return pieces.hasNext();
      }

      @Override
      public Piece next() {
        StoredPiece piece = pieces.next();
        return new Piece(piece.task(), piece.bytes());
      }

      @Override
      public void close() {
        pieces.close();
      }
    };
  }

  @Override
  public List<TensorBlock> load(
      int task,
      int[] rowStarts,
      Iterator<byte[]> pieces,
      ValueFormat format,
      OffHeapMemory memory) {
    return BlockFiller.fill(
        rowStarts,
        source,
        format,
        memory,
        blocks -> {
          reads.ofTask(task).read(source::open, blocks::put);
          PieceDecoder decoder = reads.decoder(blocks::put);
          pieces.forEachRemaining(decoder::decode);
        });
  }
}
