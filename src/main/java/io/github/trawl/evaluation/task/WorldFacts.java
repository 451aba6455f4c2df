package io.github.trawl.evaluation.task;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The rows of the built-in task {@code world-facts}, with the fields {@code relation}, {@code
 * prompt} and {@code answer}.
 *
 * <p>{@code world-facts/relations.tsv} lists for each relation its name and its prompt, with braces
 * in place of the subject; {@code world-facts/NAME.tsv} lists the relation's subjects and answers.
 * All relations have equally many facts. The facts of each are shuffled, and the rows take one fact
 * of each relation in turn, so that any range of rows is balanced.
 */
final class WorldFacts {
  /** An arbitrary number; another one would change the rows, and with them all scores. */
  private static final long SEED = 20_260_101;

  private WorldFacts() {}

  static List<Map<String, Object>> rows() {
    List<List<Map<String, Object>>> relations = new ArrayList<>();
    Random random = new Random(SEED);
    for (String[] relation : table("relations")) {
      List<Map<String, Object>> facts = new ArrayList<>();
      for (String[] fact : table(relation[0])) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("relation", relation[0]);
        row.put("prompt", relation[1].replace("{}", fact[0]));
        row.put("answer", fact[1]);
        facts.add(row);
      }
      Collections.shuffle(facts, random);
      relations.add(facts);
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    int longest = relations.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (List<Map<String, Object>> facts : relations) {
        if (i < facts.size()) {
          rows.add(facts.get(i));
        }
      }
    }
    return rows;
  }

  /** Returns the cells of each line of a table among the resources. */
  private static List<String[]> table(String name) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                WorldFacts.class.getResourceAsStream("world-facts/" + name + ".tsv"),
                StandardCharsets.UTF_8))) {
      return reader.lines().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
