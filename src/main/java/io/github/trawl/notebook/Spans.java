package io.github.trawl.notebook;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Cuts tensors, or pairs of them, into pieces of a size that suits a task; gathers small ones. */
final class Spans {
  /** Elements of a task: enough that its work outweighs its start, few enough for progress. */
  private static final long TASK_ELEMENTS = 1L << 24;

  private Spans() {}

  /**
   * A piece of a tensor.
   *
   * @param index of the tensor in the list
   * @param first element
   */
  record Span<T extends Serializable>(T tensor, int index, long first, long count)
      implements Serializable {}

  /** All elements of all tensors in order, in lists with about as many elements as a task. */
  static <T extends Serializable> List<List<Span<T>>> of(
      List<T> tensors, ToLongFunction<T> elements) {
    List<List<Span<T>>> tasks = new ArrayList<>();
    List<Span<T>> task = new ArrayList<>();
    long room = TASK_ELEMENTS;
    for (int index = 0; index < tensors.size(); index++) {
      T tensor = tensors.get(index);
      long total = elements.applyAsLong(tensor);
      for (long first = 0; first < total; ) {
        long count = Math.min(room, total - first);
        task.add(new Span<>(tensor, index, first, count));
        first += count;
        room -= count;
        if (room == 0) {
          tasks.add(task);
          task = new ArrayList<>();
          room = TASK_ELEMENTS;
        }
      }
    }
    if (!task.isEmpty()) {
      tasks.add(task);
    }
    return tasks;
  }
}
