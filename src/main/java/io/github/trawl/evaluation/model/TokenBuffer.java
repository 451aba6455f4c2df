package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** An array [batch, heads, tokens, features] to whose end tokens can be added. */
final class TokenBuffer {
  /** The dimension of the tokens. */
  private static final int TOKENS = 2;

  /**
   * Whenever the buffer is enlarged, it gets room for at least this many tokens beyond those being
   * added.
   */
  private static final long LEAST_ROOM = 16;

  private final NDManager manager;
  private NDArray tokens;

  /** The array that holds {@code tokens} and spare capacity behind them; null without capacity. */
  private NDArray room;

  /**
   * Creates an empty buffer.
   *
   * @param manager owns the arrays
   */
  TokenBuffer(NDManager manager) {
    this.manager = manager;
  }

  /** Returns for how many more tokens an enlarged buffer of so many has room. */
  static long spareTokens(long tokens) {
    return Math.max(LEAST_ROOM, tokens / 2);
  }

  /** Returns all tokens that were added. */
  NDArray tokens() {
    return tokens;
  }

  /** Copies {@code more} to the end. */
  void add(NDArray more) {
    if (tokens == null) {
      tokens = owned(more.duplicate());
      return;
    }
    long start = tokens.getShape().get(TOKENS);
    long end = start + more.getShape().get(TOKENS);
    if (room == null || room.getShape().get(TOKENS) < end) {
      makeRoom(end + spareTokens(end));
    }
    room.set(range(start, end), more);
    tokens.close();
    tokens = owned(room.get(range(0, end)));
  }

  /**
   * Returns a buffer with the same tokens and another owner. It shares memory until its first
   * {@code add}, which copies the tokens, so neither buffer sees what the other adds.
   */
  TokenBuffer sharedWith(NDManager owner) {
    TokenBuffer shared = new TokenBuffer(owner);
    shared.tokens = shared.owned(tokens.reshape(tokens.getShape()));
    return shared;
  }

  private void makeRoom(long capacity) {
    Shape shape = tokens.getShape();
    NDArray larger =
        manager.create(
            new Shape(shape.get(0), shape.get(1), capacity, shape.get(3)), tokens.getDataType());
    larger.set(range(0, shape.get(TOKENS)), tokens);
    if (room != null) {
      room.close();
    }
    room = larger;
  }

  private NDArray owned(NDArray array) {
    array.attach(manager);
    return array;
  }

  private static NDIndex range(long start, long end) {
    return new NDIndex().addAllDim(TOKENS).addSliceDim(start, end);
  }
}
