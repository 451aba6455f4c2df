package io.github.trawl.evaluation.template;

import java.util.List;

/** The variable {@code loop} of templates: the position of a loop in its elements. */
final class LoopVariable {
  private final List<Object> elements;
  private int index;

  LoopVariable(List<Object> elements) {
    this.elements = elements;
  }

  void moveTo(int index) {
    this.index = index;
  }

  /** Returns the value of {@code loop.name}. */
  Object get(Rendering run, String name) {
    int size = elements.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) size - index;
      case "revindex0" -> size - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      case "previtem" ->
          index == 0 ? run.undefined("there is no previous item") : elements.get(index - 1);
      case "nextitem" ->
          index == size - 1 ? run.undefined("there is no next item") : elements.get(index + 1);
      default -> throw new TemplateException("loop." + name + " is not supported");
    };
  }

  /** Returns the positional argument at the index of the loop, starting over after the last. */
  Object cycle(Arguments arguments) {
    if (arguments.positional().isEmpty() || !arguments.named().isEmpty()) {
      throw new TemplateException("loop.cycle() needs values");
    }
    return arguments.positional().get(index % arguments.positional().size());
  }
}
