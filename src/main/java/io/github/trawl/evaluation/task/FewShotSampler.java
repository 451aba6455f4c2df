package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.TemplateException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Draws the few-shot examples before the questions of a task as lm-evaluation-harness 0.4.13 does,
 * with one random generator for all questions, from the first to the last. Where {@link
 * FewShotSettings.Source#dropsQuestion} says so, one more than the wanted number is drawn, and rows
 * equal to the question's are dropped. If too few are left, because the data repeats that row, the
 * examples are drawn again from all other rows.
 */
final class FewShotSampler {
  private final FewShotSettings settings;
  private final List<Row> pool;
  private final RowReader reader;
  private final PythonRandom random;

  /**
   * A row that may be drawn.
   *
   * @param number the place of the row in its source, from 0
   */
  record Row(int number, Map<String, Object> fields) {}

  /** An example: the texts of its question and its answer. */
  record Shot(String question, String answer) {}

  /**
   * The examples before a question.
   *
   * @param text their text, which the question follows
   */
  record Shots(List<Shot> shots, String text) {
    static final Shots NONE = new Shots(List.of(), "");

    /** Copies the list. */
    Shots {
      shots = List.copyOf(shots);
    }
  }

  /**
   * @param settings their templates must be those {@linkplain FewShotSettings#forFields for the
   *     rows' fields}
   * @param pool the rows that may be drawn, in the order of their source
   */
  FewShotSampler(OutputType type, FewShotSettings settings, List<Row> pool) {
    this.settings = settings;
    this.pool = List.copyOf(pool);
    this.reader = new RowReader(type, settings.text(), settings.target(), settings.choices());
    this.random = new PythonRandom(settings.seed());
  }

  /**
   * Draws the examples for the next question. Must be called for the questions in their order.
   *
   * @param fields the question's row
   * @throws IllegalRowException if there are too few rows, or one doesn't fit the templates
   */
  Shots next(Map<String, Object> fields) {
    List<Shot> shots = new ArrayList<>();
    for (Row row : draw(fields)) {
      try {
        List<String> answers = reader.answers(row.fields());
        shots.add(
            new Shot(
                reader.text(row.fields()),
                answers.get(reader.rightIndices(answers, row.fields()).get(0))));
      } catch (TemplateException | IllegalRowException e) {
        throw new IllegalRowException(
            "its example, row %d of '%s': %s"
                .formatted(row.number(), settings.source().split(), e.getMessage()));
      }
    }
    return new Shots(shots, text(shots));
  }

  private String text(List<Shot> shots) {
    StringBuilder text = new StringBuilder();
    for (Shot shot : shots) {
      text.append(shot.question())
          .append(settings.targetDelimiter())
          .append(shot.answer())
          .append(settings.delimiter());
    }
    return text.toString();
  }

  private List<Row> draw(Map<String, Object> fields) {
    boolean drops = settings.source().dropsQuestion();
    int number = settings.number();
    if (settings.takesFirst()) {
      return enough(
          pool.stream()
              .filter(row -> !drops || !same(row.fields(), fields))
              .limit(number)
              .toList());
    }
    if (!drops) {
      return sample(enough(pool), number);
    }
    if (pool.size() > number) {
      List<Row> others = others(sample(pool, number + 1), fields);
      if (others.size() >= number) {
        return others.subList(0, number);
      }
    }
    return sample(enough(others(pool, fields)), number);
  }

  private static List<Row> others(List<Row> rows, Map<String, Object> fields) {
    return rows.stream().filter(row -> !same(row.fields(), fields)).toList();
  }

  private List<Row> sample(List<Row> rows, int count) {
    List<Row> drawn = new ArrayList<>();
    for (int place : random.sample(rows.size(), count)) {
      drawn.add(rows.get(place));
    }
    return drawn;
  }

  /** Returns {@code rows}, or throws if there are fewer than the wanted number. */
  private List<Row> enough(List<Row> rows) {
    if (rows.size() < settings.number()) {
      throw new IllegalRowException(
          "num_fewshot is %d, but '%s' has %d rows to take examples from; ask for fewer"
              .formatted(settings.number(), settings.source().split(), rows.size()));
    }
    return rows;
  }

  /**
   * Returns whether two JSON values are equal: numbers by value, as in Python, and a field that a
   * row lacks as a null.
   */
  private static boolean same(Object value, Object other) {
    if (value instanceof Map<?, ?> map && other instanceof Map<?, ?> otherMap) {
      Set<Object> names = new HashSet<>(map.keySet());
      names.addAll(otherMap.keySet());
      return names.stream().allMatch(name -> same(map.get(name), otherMap.get(name)));
    }
    if (value instanceof List<?> list && other instanceof List<?> otherList) {
      for (int i = 0; i < Math.min(list.size(), otherList.size()); i++) {
        if (!same(list.get(i), otherList.get(i))) {
          return false;
        }
      }
      return list.size() == otherList.size();
    }
    if (value instanceof Double || other instanceof Double) {
      return value instanceof Number number
          && other instanceof Number otherNumber
          && number.doubleValue() == otherNumber.doubleValue();
    }
    return value == null ? other == null : value.equals(other);
  }
}
