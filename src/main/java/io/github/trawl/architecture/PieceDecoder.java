package io.github.trawl.architecture;

import java.util.List;

/**
 * Decodes the {@linkplain StoredPiece pieces} that {@linkplain StackReads readers} sent. Not safe
 * for use by several threads.
 */
public final class PieceDecoder {
  private final List<WeightSlice> slices;
  private final TileDecoder decoder;

  PieceDecoder(List<WeightSlice> slices, MatrixSink sink) {
    this.slices = slices;
    this.decoder = new TileDecoder(sink);
  }

  /**
   * Decodes a piece and passes its values to the sink.
   *
   * @param bytes {@link StoredPiece#bytes} of the piece
   * @throws io.github.trawl.TrawlException of category {@code BAD_INPUT} if a value is NaN or
   *     infinite in float32
   */
  public void decode(byte[] bytes) {
    StoredPiece.ParsedPiece piece = StoredPiece.ParsedPiece.of(bytes);
    WeightSlice slice = slices.get(piece.matrix());
    decoder.decode(
        piece.matrix(),
        slice,
        piece.place().rows(),
        piece.place().columns(),
        piece.elements(),
        0,
        piece.place().columns().length() * StoredRead.elementBytes(slice.tensor()));
  }
}
