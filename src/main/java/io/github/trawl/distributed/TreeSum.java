package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BinaryOperator;

/**
 * A sum over numbered leaves along one fixed binary tree: leaves 2i and 2i + 1 are added first,
 * then such pairs, and so on.
 *
 * <p>Floating point sums depend on the order of addition. A tree fixes the order and still lets a
 * task sum its own consecutive leaves: it passes on the sums of whole subtrees. The total thus has
 * the same bits however the leaves are divided among tasks and in whatever order the parts arrive.
 *
 * @param <T> the type of the values; their addition must be commutative to the bit
 */
final class TreeSum<T> {
  private final BinaryOperator<T> addition;
  private final Map<Subtree, T> pending = new HashMap<>();

  /**
   * Creates an empty sum.
   *
   * @param addition may reuse either operand for its result
   */
  TreeSum(BinaryOperator<T> addition) {
    this.addition = addition;
  }

  /**
   * A complete subtree: the 2^{@code level} leaves from leaf {@code position}·2^{@code level} on.
   */
  record Subtree(int level, int position) implements Serializable {
    /** Returns whether leaf 0 belongs to the subtree. */
    boolean isFirst() {
      return position == 0;
    }

    private Subtree sibling() {
      return new Subtree(level, position ^ 1);
    }

    private Subtree parent() {
      return new Subtree(level + 1, position / 2);
    }

    private long firstLeaf() {
      return (long) position << level;
    }
  }

  /** The sum of a subtree. */
  @DefaultSerializer(JavaSerializer.class)
  record Part<T>(Subtree subtree, T sum) implements Serializable {}

  /** Adds one leaf. */
  void addLeaf(int leaf, T value) {
    add(new Part<>(new Subtree(0, leaf), value));
  }

  /** Adds a subtree; no leaf may be added twice. */
  void add(Part<T> part) {
    Subtree subtree = part.subtree();
    T sum = part.sum();
    for (T other = pending.remove(subtree.sibling());
        other != null;
        other = pending.remove(subtree.sibling())) {
      sum = addition.apply(sum, other);
      subtree = subtree.parent();
    }
    pending.put(subtree, sum);
  }

  /**
   * Returns the subtrees that were added so far, merged into the largest possible ones, in the
   * order of their leaves.
   */
  List<Part<T>> parts() {
    List<Part<T>> parts = new ArrayList<>();
    pending.forEach((subtree, sum) -> parts.add(new Part<>(subtree, sum)));
    parts.sort(Comparator.comparingLong(part -> part.subtree().firstLeaf()));
    return parts;
  }

  /**
   * Returns the sum over all leaves. Leaves 0 … n − 1 must have been added, for some n.
   *
   * @throws NoSuchElementException if none was added
   */
  T total() {
    List<Part<T>> parts = parts();
    if (parts.isEmpty()) {
      throw new NoSuchElementException("nothing was added");
    }
    // Where n is not a power of two, several subtrees are left, each smaller than the one before.
    T total = parts.get(parts.size() - 1).sum();
    for (int i = parts.size() - 2; i >= 0; i--) {
      total = addition.apply(parts.get(i).sum(), total);
    }
    return total;
  }
}
