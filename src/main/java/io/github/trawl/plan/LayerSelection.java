package io.github.trawl.plan;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses selections of layers: {@code all|last:N|0-3,11|early|middle|late}. */
final class LayerSelection {
  private static final String ALLOWED =
      "allowed are all, last:N, ranges such as 0-3,11, early, middle and late";
  private static final Pattern LAST = Pattern.compile("last:(\\d{1,6})");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  private LayerSelection() {}

  /** Refuses a text that no model could satisfy. */
  static void check(String text) {
    String selection = normalised(text);
    if (selection.equals("all") || segment(selection) != null) {
      return;
    }
    Matcher last = LAST.matcher(selection);
    if (last.matches()) {
      if (Integer.parseInt(last.group(1)) == 0) {
        throw error(text, "selects no layer; N must be at least 1");
      }
      return;
    }
    for (String part : selection.split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw error(text, "is not understood; " + ALLOWED);
      }
      if (to(range) < from(range)) {
        throw error(text, "has the range " + part + ", which ends before it starts");
      }
    }
  }

  /** The layers that {@code text} selects in a model of {@code layers} layers, ascending. */
  static List<Integer> select(String text, int layers) {
    check(text);
    String selection = normalised(text);
    SortedSet<Integer> selected = new TreeSet<>();
    Segment segment = segment(selection);
    Matcher last = LAST.matcher(selection);
    if (selection.equals("all")) {
      add(selected, 0, layers);
    } else if (segment != null) {
      add(selected, segment.from(layers), segment.to(layers));
    } else if (last.matches()) {
      int count = Integer.parseInt(last.group(1));
      if (count > layers) {
        throw error(text, "is out of range; the model has %d layers".formatted(layers));
      }
      add(selected, layers - count, layers);
    } else {
      for (String part : selection.split(",", -1)) {
        Matcher range = RANGE.matcher(part);
        if (!range.matches() || to(range) >= layers) {
          throw error(text, "is out of range; the model has layers 0 to %d".formatted(layers - 1));
        }
        add(selected, from(range), to(range) + 1);
      }
    }
    if (selected.isEmpty()) {
      throw error(text, "selects no layer of the %d that the model has".formatted(layers));
    }
    return new ArrayList<>(selected);
  }

  /** {@code layers}, ascending, as ranges such as {@code 0-3, 11}. */
  static String ranges(List<Integer> layers) {
    StringBuilder text = new StringBuilder();
    int start = 0;
    for (int i = 1; i <= layers.size(); i++) {
      if (i < layers.size() && layers.get(i) == layers.get(i - 1) + 1) {
        continue;
      }
      if (text.length() > 0) {
        text.append(", ");
      }
      text.append(layers.get(start));
      if (i - start > 1) {
        text.append('-').append(layers.get(i - 1));
      }
      start = i;
    }
    return text.toString();
  }

  /** Adds the layers from {@code from} to {@code to - 1}. */
  private static void add(SortedSet<Integer> selected, int from, int to) {
    for (int layer = from; layer < to; layer++) {
      selected.add(layer);
    }
  }

  private static int from(Matcher range) {
    return Integer.parseInt(range.group(1));
  }

  /** Returns the last layer of a range, which belongs to it. */
  private static int to(Matcher range) {
    return Integer.parseInt(range.group(2) == null ? range.group(1) : range.group(2));
  }

  /** Returns the segment of this name; null if there is none. */
  private static Segment segment(String selection) {
    for (Segment segment : Segment.values()) {
      if (segment.key().equals(selection)) {
        return segment;
      }
    }
    return null;
  }

  private static String normalised(String text) {
    return text.replace(" ", "").toLowerCase(Locale.ROOT);
  }

  private static TrawlException error(String text, String problem) {
    return new TrawlException(ErrorCategory.USAGE, "layers \"%s\" %s".formatted(text, problem));
  }
}
