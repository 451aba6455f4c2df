package io.github.trawl.decomposition;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CP decompositions of one tensor that are solved together: their factors stand side by side as the
 * columns of wide matrices of width W, so that one matrix product serves all of them.
 *
 * @param members in the order of their columns
 */
public record CpBatch(List<CpMember> members) implements Serializable {
  /**
   * Columns of the wide matrices that a pass works on at a time: wide enough for full speed of the
   * matrix product, narrow enough for the products of a panel to stay in the cache.
   */
  private static final int GROUP_WIDTH = 512;

  /** Copies the list. */
  public CpBatch {
    members = List.copyOf(members);
  }

  /** The number of members. */
  public int size() {
    return members.size();
  }

  /** The rank of a member. */
  public int rank(int member) {
    return members.get(member).rank();
  }

  /** The first column of a member; W for {@code member == size()}. */
  public int offset(int member) {
    int offset = 0;
    for (int i = 0; i < member; i++) {
      offset += rank(i);
    }
    return offset;
  }

  /** The number of columns of all members, W. */
  public int width() {
    return offset(size());
  }

  /** The members at {@code indices}, in that order. */
  public CpBatch select(List<Integer> indices) {
    return new CpBatch(indices.stream().map(members::get).toList());
  }

  /**
   * Returns the columns of {@code factor}, a factor of the whole batch, that belong to the members
   * at {@code indices}, in that order: a copy that the caller closes.
   */
  public FloatMatrix retain(List<Integer> indices, FloatMatrix factor, OffHeapMemory memory) {
    CpBatch kept = select(indices);
    float[] values = new float[kept.members().stream().mapToInt(CpMember::rank).max().orElse(0)];
    FloatMatrix result = memory.floats(factor.rows(), kept.width());
    try {
      for (int row = 0; row < factor.rows(); row++) {
        for (int i = 0; i < indices.size(); i++) {
          factor.read(row, offset(indices.get(i)), values, 0, kept.rank(i));
          result.write(row, kept.offset(i), values, 0, kept.rank(i));
        }
      }
      return result;
    } catch (RuntimeException | Error e) {
      result.close();
      throw e;
    }
  }

  /**
   * Divides the batch into groups of whole members, each about {@link #GROUP_WIDTH} columns wide,
   * or wider if it has one wide member. None is narrower than {@link CpKernels#LEAST_WIDTH} unless
   * the batch is.
   */
  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    int first = 0;
    int start = 0;
    int column = 0;
    for (int member = 0; member < size(); member++) {
      int end = column + rank(member);
      if (column - start >= CpKernels.LEAST_WIDTH && end - start > GROUP_WIDTH) {
        groups.add(new Group(first, member, start, column - start));
        first = member;
        start = column;
      }
      column = end;
    }
    if (!groups.isEmpty() && column - start < CpKernels.LEAST_WIDTH) {
      Group last = groups.remove(groups.size() - 1);
      first = last.firstMember();
      start = last.start();
    }
    if (first < size()) {
      groups.add(new Group(first, size(), start, column - start));
    }
    return groups;
  }

  /**
   * Consecutive members whose columns a pass works on together.
   *
   * @param firstMember the first member
   * @param endMember one past the last member
   * @param start the first column
   * @param width the number of columns
   */
  record Group(int firstMember, int endMember, int start, int width) {
    List<Integer> members() {
      return IntStream.range(firstMember, endMember).boxed().toList();
    }
  }
}
