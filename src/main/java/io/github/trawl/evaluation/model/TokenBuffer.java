package io.github.trawl.evaluation.model;

/** A tensor [batch, heads, tokens, features] to whose end tokens can be added. */
final class TokenBuffer {
  /** The dimension of the tokens. */
  private static final int TOKENS = 2;

  /**
   * Whenever the buffer is enlarged, it gets room for at least this many tokens beyond those being
   * added.
   */
  private static final long LEAST_ROOM = 16;

  private final TensorScope owner;
  private NativeTensor tokens;

  /** The memory of {@code tokens}, with spare capacity after them; null if nothing is spare. */
  private NativeTensor room;

  /**
   * Creates an empty buffer.
   *
   * @param owner owns the tensors
   */
  TokenBuffer(TensorScope owner) {
    this.owner = owner;
  }

  /** Returns the spare tokens of a buffer that is enlarged to hold {@code tokens}. */
  static long spareTokens(long tokens) {
    return Math.max(LEAST_ROOM, tokens / 2);
  }

  /** Returns all tokens that were added. */
  NativeTensor tokens() {
    return tokens;
  }

  /** Copies {@code more} to the end. */
  void add(NativeTensor more) {
    if (tokens == null) {
      tokens = owned(more.duplicate());
      return;
    }
    long start = tokens.size(TOKENS);
    long end = start + more.size(TOKENS);
    if (room == null || room.size(TOKENS) < end) {
      makeRoom(end + spareTokens(end));
    }
    try (NativeTensor target = room.slice(TOKENS, start, end)) {
      target.copyFrom(more);
    }
    tokens.close();
    tokens = owned(room.slice(TOKENS, 0, end));
  }

  /**
   * Returns a buffer with the same tokens and another owner. It shares memory until its first
   * {@code add}, which copies the tokens, so neither buffer sees what the other adds.
   */
  TokenBuffer sharedWith(TensorScope owner) {
    TokenBuffer shared = new TokenBuffer(owner);
    shared.tokens = shared.owned(tokens.alias());
    return shared;
  }

  private void makeRoom(long capacity) {
    NativeTensor larger =
        owner.emptyLike(tokens, tokens.size(0), tokens.size(1), capacity, tokens.size(3));
    try (NativeTensor target = larger.slice(TOKENS, 0, tokens.size(TOKENS))) {
      target.copyFrom(tokens);
    }
    if (room != null) {
      room.close();
    }
    room = larger;
  }

  private NativeTensor owned(NativeTensor array) {
    array.attach(owner);
    return array;
  }
}
