package io.github.trawl.notebook;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Divides tensors, or pairs of them, among tasks of about equal size: large ones are cut into
 * pieces, and small ones share a task.
 */
final class Spans {
  /**
   * Elements of a task, or bytes where bytes are compared: enough that its work outweighs the cost
   * of starting it, and few enough that progress is shown often.
   */
  private static final long TASK_ELEMENTS = 1L << 24;

  private Spans() {}

  /**
   * A piece of a tensor.
   *
   * @param tensor the tensor, or pair of tensors
   * @param tensorIndex index of the tensor in the list
   * @param first index of the first element of the piece
   * @param count the number of its elements
   */
  record Span<T extends Serializable>(T tensor, int tensorIndex, long first, long count)
      implements Serializable {}

  /**
   * Returns pieces that cover all elements of all tensors in order, in a list for each task.
   *
   * @param elements returns the number of elements of a tensor
   */
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
