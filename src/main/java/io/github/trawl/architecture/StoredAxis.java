package io.github.trawl.architecture;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the indices of one dimension of a logical matrix lie in a dimension of the stored tensor.
 *
 * <p>Index {@code i} of {@code 0 … size-1} is stored at {@code start + (i / group) · groupStride +
 * i % group}: {@code size / group} groups of consecutive indices, {@code groupStride} apart.
 *
 * @param start stored index of index 0, not negative
 * @param size number of indices, at least 0
 * @param group consecutive indices in a group, at least 1, a divisor of {@code size}
 * @param groupStride distance between the starts of groups, at least {@code group}
 */
public record StoredAxis(int start, int size, int group, int groupStride) implements Serializable {
  /** Checks that the axis is well formed and its stored indices are {@code int}s. */
  public StoredAxis {
    if (start < 0 || size < 0 || group < 1 || size % group != 0 || groupStride < group) {
      throw new IllegalArgumentException(
          "bad axis: start %d, size %d, group %d, group stride %d"
              .formatted(start, size, group, groupStride));
    }
    Math.toIntExact(start + (long) (size / group) * groupStride);
  }

  /** An axis of {@code size} indices stored one after the other from {@code start} on. */
  public static StoredAxis range(int start, int size) {
    return new StoredAxis(start, size, Math.max(size, 1), Math.max(size, 1));
  }

  /** The stored index of {@code index}. */
  public int stored(int index) {
    return start + index / group * groupStride + index % group;
  }

  /** One past the largest stored index. */
  int end() {
    return size == 0 ? start : stored(size - 1) + 1;
  }

  /** The runs that hold the indices {@code from} to {@code to - 1}, in order. */
  List<Run> runs(int from, int to) {
    List<Run> runs = new ArrayList<>();
    int index = from;
    while (index < to) {
      int length = Math.min(to, (index / group + 1) * group) - index;
      runs.add(new Run(index, stored(index), length));
      index += length;
    }
    return runs;
  }

  /** The runs whose stored indices lie in {@code storedFrom} to {@code storedTo - 1}, in order. */
  List<Run> runsWithin(int storedFrom, int storedTo) {
    List<Run> runs = new ArrayList<>();
    int firstGroup = Math.max(0, (storedFrom - start) / groupStride);
    for (int g = firstGroup; g < size / group; g++) {
      int groupStart = start + g * groupStride;
      if (groupStart >= storedTo) {
        break;
      }
      int from = Math.max(groupStart, storedFrom);
      int to = Math.min(groupStart + group, storedTo);
      if (from < to) {
        runs.add(new Run(g * group + from - groupStart, from, to - from));
      }
    }
    return runs;
  }

  /** {@code length} indices from {@code index} on, stored consecutively from {@code stored} on. */
  record Run(int index, int stored, int length) {
    /** Skips {@code from} indices of the run and returns at most {@code most} of the others. */
    Run part(int from, int most) {
      return new Run(index + from, stored + from, Math.min(most, length - from));
    }
  }
}
