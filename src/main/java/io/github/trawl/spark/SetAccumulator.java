package io.github.trawl.spark;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Collects on the driver the distinct values that tasks add.
 *
 * @param <T> the type of the values, which must be serialisable
 */
public final class SetAccumulator<T> extends AccumulatorV2<T, Set<T>> {
  private static final long serialVersionUID = 1L;

  private final Set<T> values = ConcurrentHashMap.newKeySet();

  /** An empty set. */
  public SetAccumulator() {}

  private SetAccumulator(Collection<T> values) {
    this.values.addAll(values);
  }

  @Override
  public boolean isZero() {
    return values.isEmpty();
  }

  @Override
  public AccumulatorV2<T, Set<T>> copy() {
    return new SetAccumulator<>(values);
  }

  @Override
  public void reset() {
    values.clear();
  }

  @Override
  public void add(T value) {
    values.add(value);
  }

  @Override
  public void merge(AccumulatorV2<T, Set<T>> other) {
    values.addAll(other.value());
  }

  @Override
  public Set<T> value() {
    return Set.copyOf(values);
  }
}
