package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Arguments.Bound;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** The global functions of templates: those of Jinja, and those of transformers for chats. */
final class Functions {
  private static final Map<String, CallableValue> COMMON =
      Map.of("range", Functions::range, "namespace", Functions::namespace, "dict", Functions::map);
  private static final Map<String, CallableValue> CHAT_ONLY =
      Map.of("raise_exception", Functions::raise, "strftime_now", Functions::now);

  private Functions() {}

  /** Returns the function of a name; null if there is none. */
  static CallableValue find(String name, Dialect dialect) {
    CallableValue function = COMMON.get(name);
    return function == null && dialect == Dialect.CHAT ? CHAT_ONLY.get(name) : function;
  }

  private static Object range(Rendering run, Arguments arguments) {
    Bound bound = arguments.bind("range()", 1, "start", "stop", "step");
    long first = bound.has(1) ? bound.number(0, 0) : 0;
    long end = bound.number(bound.has(1) ? 1 : 0, 0);
    long step = bound.number(2, 1);
    if (step == 0) {
      throw new TemplateException("range() can't go by steps of 0");
    }
    // The quotient is rounded up.
    long count = Math.max(0, (end - first + step - Long.signum(step)) / step);
    run.countSteps(count);
    return LongStream.range(0, count).mapToObj(i -> (Object) (first + i * step)).toList();
  }

  private static Object namespace(Rendering run, Arguments arguments) {
    Namespace namespace = new Namespace();
    if (!arguments.positional().isEmpty()) {
      throw new TemplateException("namespace() takes arguments with names");
    }
    arguments.named().forEach((name, value) -> namespace.set(run, name, value));
    return namespace;
  }

  private static Object map(Rendering run, Arguments arguments) {
    if (arguments.positional().size() > 1) {
      throw new TemplateException("dict() takes one map, and arguments with names");
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object first : arguments.positional()) {
      if (!(first instanceof Map<?, ?> given)) {
        throw Values.unfit("dict()", first);
      }
      map.putAll(given);
    }
    map.putAll(arguments.named());
    run.countSteps(map.size());
    return map;
  }

  private static Object raise(Rendering run, Arguments arguments) {
    Object message = arguments.bind("raise_exception()", 1, "message").get(0);
    throw new JinjaTemplateException("the template says: " + Printing.text(run, message));
  }

  private static Object now(Rendering run, Arguments arguments) {
    return DateText.of(
        arguments.bind("strftime_now()", 1, "format").text(0),
        LocalDateTime.now(ZoneId.systemDefault()));
  }
}
