package io.github.trawl.evaluation.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The evaluated arguments of a call: the positional ones, and those with names. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  int count() {
    return positional.size() + named.size();
  }

  /**
   * Assigns the arguments to parameters by Python's rules.
   *
   * @param what the function, filter or test that is called, for messages
   * @param required how many of the parameters, from the first, have no default
   * @param parameters the names of the parameters
   * @throws TemplateException if the arguments do not fit the parameters
   */
  Bound bind(String what, int required, String... parameters) {
    Object[] values = new Object[parameters.length];
    boolean[] given = new boolean[parameters.length];
    boolean fits = positional.size() <= parameters.length;
    for (int i = 0; fits && i < positional.size(); i++) {
      values[i] = positional.get(i);
      given[i] = true;
    }
    for (Map.Entry<String, Object> argument : named.entrySet()) {
      int place = Arrays.asList(parameters).indexOf(argument.getKey());
      fits = fits && place >= 0 && !given[place];
      if (fits) {
        values[place] = argument.getValue();
        given[place] = true;
      }
    }
    for (int i = 0; i < required; i++) {
      fits = fits && given[i];
    }
    if (!fits) {
      String names = named.isEmpty() ? "" : " (" + String.join(", ", named.keySet()) + ")";
      throw new TemplateException(
          what + " with " + count() + " arguments" + names + " is not supported");
    }
    return new Bound(what, values, given);
  }

  /** Arguments in the order of the parameters. They are read by the index of the parameter. */
  static final class Bound {
    private final String what;
    private final Object[] values;
    private final boolean[] given;

    private Bound(String what, Object[] values, boolean[] given) {
      this.what = what;
      this.values = values;
      this.given = given;
    }

    /** Returns whether the call gives an argument for the parameter. */
    boolean has(int parameter) {
      return given[parameter];
    }

    Object get(int parameter, Object otherwise) {
      return given[parameter] ? values[parameter] : otherwise;
    }

    /** Returns the argument; null if none is given. */
    Object get(int parameter) {
      return values[parameter];
    }

    String text(int parameter) {
      if (values[parameter] instanceof String text) {
        return text;
      }
      throw new TemplateException(
          what + " needs a text, found a " + Values.type(values[parameter]));
    }

    int number(int parameter, int otherwise) {
      Object value = get(parameter, (long) otherwise);
      if (value instanceof Long number && number == number.intValue()) {
        return number.intValue();
      }
      throw new TemplateException(what + " needs a whole number, found a " + Values.type(value));
    }
  }
}
