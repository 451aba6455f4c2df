package io.github.trawl.evaluation.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The masks and rotations of the attention over a batch, computed from the positions of its tokens.
 * Layers with the same window share a mask, those with the same {@link RotarySpec} a rotation.
 */
final class AttentionContext {
  private final TensorScope owner;
  private final boolean causal;
  private final int[][] queries;
  private final int[][] keys;
  private final int[][] computedKeys;
  private final int[] lengths;
  private final Map<Integer, Optional<NativeTensor>> masks = new HashMap<>();
  private final Map<RotarySpec, Rotation> queryRotations = new HashMap<>();
  private final Map<RotarySpec, Rotation> keyRotations;

  /**
   * @param owner owns the tensors
   * @param causal whether a query sees only keys up to its own position
   * @param queries positions of the query tokens, a row for each sequence or one for all
   * @param keys positions of the key tokens, likewise; -1 for a key that no query may see
   * @param computedKeys positions of the tokens whose keys are computed in this pass, likewise
   * @param lengths the number of tokens of each sequence, its query tokens included
   */
  private AttentionContext(
      TensorScope owner,
      boolean causal,
      int[][] queries,
      int[][] keys,
      int[][] computedKeys,
      int[] lengths) {
    this.owner = owner;
    this.causal = causal;
    this.queries = queries;
    this.keys = keys;
    this.computedKeys = computedKeys;
    this.lengths = lengths;
    this.keyRotations = computedKeys == queries ? queryRotations : new HashMap<>();
  }

  /** Returns the context of a pass over all tokens of {@code batch}. */
  static AttentionContext whole(TensorScope owner, boolean causal, TokenBatch batch) {
    int[][] same = allOf(batch);
    return new AttentionContext(owner, causal, same, keys(causal, batch), same, batch.lengths());
  }

  /**
   * Returns the context of a pass that computes the keys of all tokens of {@code batch}, but
   * queries of only some.
   *
   * @param queries positions of the query tokens, a row for each sequence, all of the same length
   */
  static AttentionContext forQueries(
      TensorScope owner, boolean causal, TokenBatch batch, int[][] queries) {
    return new AttentionContext(
        owner, causal, queries, keys(causal, batch), allOf(batch), batch.lengths());
  }

  private static int[][] allOf(TokenBatch batch) {
    return new int[][] {IntStream.range(0, batch.length()).toArray()};
  }

  /**
   * Returns the positions of the keys. A causal model needs no -1 for padding: padding is at the
   * end of a sequence, and no token of the sequence sees a later key.
   */
  private static int[][] keys(boolean causal, TokenBatch batch) {
    return causal ? allOf(batch) : batch.positions();
  }

  /**
   * Returns the context of a pass over one more token for each sequence of a causal model.
   *
   * @param queries the position of the new token in each sequence
   * @param keys the positions of all keys in the cache, that of the new token included
   */
  static AttentionContext next(TensorScope owner, int[] queries, int[][] keys) {
    int[][] rows = new int[queries.length][];
    int[] lengths = new int[queries.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new int[] {queries[i]};
      lengths[i] = queries[i] + 1;
    }
    return new AttentionContext(owner, true, rows, keys, rows, lengths);
  }

  /**
   * Returns the tensor that is added to the scores: 0, or minus infinity for a key that the query
   * must not see; null if every query sees every key.
   *
   * @param window keys that a query of a causal model sees, its own included; 0 for no limit
   * @return [sequences or 1, 1, 1, queries or 1, keys]; the second and third dimensions stand for
   *     the groups of heads and the heads of a group
   */
  NativeTensor mask(int window) {
    return masks.computeIfAbsent(window, this::newMask).orElse(null);
  }

  /**
   * A range of keys that contains all keys that some queries see.
   *
   * @param firstKey the index of the first of them
   * @param endKey one more than the index of the last of them
   * @param mask the mask of {@link #mask} for these queries and keys, or null
   */
  record VisibleKeys(int firstKey, int endKey, NativeTensor mask) {}

  /**
   * Returns the range of keys from the first to the last that any of the queries {@code first} to
   * {@code end - 1} of any sequence sees.
   *
   * @param owner the owner of the mask
   * @param window as in {@link #mask}
   */
  VisibleKeys visibleKeys(TensorScope owner, int window, int first, int end) {
    int firstKey = keys[0].length;
    int endKey = 0;
    int sequences = Math.max(queries.length, keys.length);
    for (int i = 0; i < sequences; i++) {
      int[] positions = keys[Math.min(i, keys.length - 1)];
      int[] seeing = queries[Math.min(i, queries.length - 1)];
      int earliest = Arrays.stream(seeing, first, end).min().orElseThrow();
      int latest = Arrays.stream(seeing, first, end).max().orElseThrow();
      // No query sees a key after the latest query, or one before the earliest query's window.
      for (int key = 0; key < positions.length; key++) {
        if (isSeen(latest, positions[key], 0)
            && (window == 0 || positions[key] > earliest - window || !causal)) {
          firstKey = Math.min(firstKey, key);
          endKey = Math.max(endKey, key + 1);
        }
      }
    }
    return new VisibleKeys(
        firstKey, endKey, newMask(owner, window, first, end, firstKey, endKey).orElse(null));
  }

  private boolean isSeen(int query, int key, int window) {
    int distance = query - key;
    return key >= 0 && !(causal && (distance < 0 || (window > 0 && distance >= window)));
  }

  /**
   * Returns the rotation of the query tokens.
   *
   * @param heads any tensor of the type to which sines and cosines are rounded
   */
  Rotation queryRotation(RotarySpec spec, NativeTensor heads) {
    return queryRotations.computeIfAbsent(spec, key -> rotation(key, queries, heads));
  }

  /** Returns the rotation of the tokens whose keys are computed; {@code heads} as for queries. */
  Rotation keyRotation(RotarySpec spec, NativeTensor heads) {
    return keyRotations.computeIfAbsent(spec, key -> rotation(key, computedKeys, heads));
  }

  private Rotation rotation(RotarySpec spec, int[][] positions, NativeTensor heads) {
    return Rotation.at(owner, spec, rotatedRows(spec, positions), lengths, heads);
  }

  /**
   * Returns {@code positions}, or a row for each sequence where a single row is not enough because
   * short and long sequences have different frequencies.
   */
  private int[][] rotatedRows(RotarySpec spec, int[][] positions) {
    float[] first = spec.frequencies(lengths[0]);
    boolean alike = Arrays.stream(lengths).allMatch(length -> spec.frequencies(length) == first);
    if (positions.length == lengths.length || alike) {
      return positions;
    }
    int[][] rows = new int[lengths.length][];
    Arrays.fill(rows, positions[0]);
    return rows;
  }

  private Optional<NativeTensor> newMask(int window) {
    return newMask(owner, window, 0, queries[0].length, 0, keys[0].length);
  }

  private Optional<NativeTensor> newMask(
      TensorScope owner, int window, int first, int end, int firstKey, int endKey) {
    int sequences = Math.max(queries.length, keys.length);
    int rows = causal ? end - first : 1;
    int columns = endKey - firstKey;
    float[] mask = new float[Math.multiplyExact(sequences * rows, columns)];
    boolean any = false;
    int at = 0;
    for (int i = 0; i < sequences; i++) {
      int[] seen = keys[Math.min(i, keys.length - 1)];
      int[] seeing = queries[Math.min(i, queries.length - 1)];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          if (!isSeen(seeing[first + row], seen[firstKey + column], window)) {
            mask[at] = Float.NEGATIVE_INFINITY;
            any = true;
          }
          at++;
        }
      }
    }
    return any ? Optional.of(owner.create(mask, sequences, 1, 1, rows, columns)) : Optional.empty();
  }
}
