package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A model's scores and continuations of prompts, as JSON; src/test/python/check_forward.py compares
 * it with transformers.
 *
 * <p>Arguments: the model's directory, a JSON file with a list of token sequences, the number of
 * tokens to add. For each prompt it prints the log-probability of every token, given those before
 * it (causal) or all (masked), and the greedy continuation of a causal model.
 */
final class ForwardComparison {
  private static final int BATCH = 16;

  private ForwardComparison() {}

  public static void main(String[] arguments) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<int[]> prompts = Arrays.asList(mapper.readValue(new File(arguments[1]), int[][].class));
    int newTokens = Integer.parseInt(arguments[2]);
    Configuration hadoop = new Configuration();
    List<Map<String, Object>> answers = new ArrayList<>();
    try (LanguageModel model =
        LanguageModels.open(
            Checkpoint.open(new Path(arguments[0]), hadoop), hadoop, Placement.cpu(1))) {
      for (int start = 0; start < prompts.size(); start += BATCH) {
        List<int[]> batch = prompts.subList(start, Math.min(prompts.size(), start + BATCH));
        answers.addAll(answers(model, batch, newTokens));
      }
    }
    System.out.println(mapper.writeValueAsString(answers));
  }

  private static List<Map<String, Object>> answers(
      LanguageModel model, List<int[]> batch, int newTokens) {
    int lag = model.kind() == ModelKind.CAUSAL ? 1 : 0;
    List<TokenScores> scores =
        model.score(
            batch.stream()
                .map(
                    tokens ->
                        new ScoreRequest(
                            tokens,
                            IntStream.range(0, tokens.length - lag).toArray(),
                            Arrays.copyOfRange(tokens, lag, tokens.length)))
                .toList());
    List<int[]> added = lag == 1 ? model.generate(batch, newTokens, Set.of()) : List.of();
    List<Map<String, Object>> answers = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("logProbabilities", scores.get(i).logProbabilities());
      answer.put("added", added.isEmpty() ? new int[0] : added.get(i));
      answers.add(answer);
    }
    return answers;
  }
}
