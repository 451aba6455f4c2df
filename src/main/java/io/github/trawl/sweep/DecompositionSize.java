package io.github.trawl.sweep;

import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.MethodOption;
import java.util.Locale;

/** The size of a decomposition: how much of a stack it keeps. */
public sealed interface DecompositionSize extends Comparable<DecompositionSize> {
  /**
   * A number of components.
   *
   * @param value at least 1
   */
  record Rank(int value) implements DecompositionSize {
    /** Checks the range. */
    public Rank {
      if (value < 1) {
        throw new IllegalArgumentException("rank " + value + " is less than 1");
      }
    }
  }

  /**
   * A rank as a share of the shorter side of a matrix, as LASER has it (arXiv 2312.13558).
   *
   * @param value in (0, 1]
   */
  record Ratio(double value) implements DecompositionSize {
    /** Checks the range. */
    public Ratio {
      if (!(value > 0 && value <= 1)) {
        throw new IllegalArgumentException("ratio " + value + " is not in (0, 1]");
      }
    }
  }

  /**
   * Returns the size as a part of the names of points and decompositions, such as {@code r64} or
   * {@code p0.1}.
   */
  default String label() {
    return this instanceof Rank rank ? "r" + rank.value() : "p" + ((Ratio) this).value();
  }

  /** Returns the value alone, as a user writes it. */
  default String text() {
    return label().substring(1);
  }

  /** Returns whether {@code method} takes sizes of this kind. */
  default boolean suits(DecompositionMethod method) {
    return method.options().contains(this instanceof Rank ? MethodOption.RANK : MethodOption.RATIO);
  }

  /** Returns the key by which configurations and results give it: {@code rank} or {@code ratio}. */
  default String key() {
    return (this instanceof Rank ? MethodOption.RANK : MethodOption.RATIO)
        .name()
        .toLowerCase(Locale.ROOT);
  }

  /** Orders ranks before ratios, and each of them by value. */
  @Override
  default int compareTo(DecompositionSize other) {
    if (this instanceof Rank rank) {
      return other instanceof Rank another ? Integer.compare(rank.value(), another.value()) : -1;
    }
    return other instanceof Ratio another
        ? Double.compare(((Ratio) this).value(), another.value())
        : 1;
  }
}
