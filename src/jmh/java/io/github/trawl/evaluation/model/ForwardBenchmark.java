package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Seconds for batches of tokens; src/test/python/bench_forward.py runs it beside transformers.
 *
 * <p>Arguments: the model's directory, a JSON file with a list of batches of token sequences, the
 * number of threads, the type of number, the number of rounds. It prints for each round the
 * seconds, those of the processor, and the sum of the log-probabilities.
 */
final class ForwardBenchmark {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private ForwardBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    List<List<ScoreRequest>> batches = batches(new File(arguments[1]));
    int threads = Integer.parseInt(arguments[2]);
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint = Checkpoint.open(new Path(arguments[0]), hadoop);
    NumberType type =
        NumberChoice.valueOf(arguments[3].toUpperCase(Locale.ROOT))
            .resolve(checkpoint, DeviceChoice.CPU);
    int rounds = Integer.parseInt(arguments[4]);
    try (LanguageModel model =
        LanguageModels.open(checkpoint, hadoop, Placement.cpu(threads), type)) {
      run(model, batches.subList(0, Math.min(2, batches.size())));
      for (int round = 0; round < rounds; round++) {
        long processorStart = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        double sum = run(model, batches);
        double seconds = (System.nanoTime() - start) / 1e9;
        double processorSeconds = (PROCESS.getProcessCpuTime() - processorStart) / 1e9;
        System.out.printf("%.6f %.6f %.6f%n", seconds, processorSeconds, sum);
      }
    }
  }

  private static double run(LanguageModel model, List<List<ScoreRequest>> batches) {
    double sum = 0;
    for (List<ScoreRequest> batch : batches) {
      for (TokenScores scores : model.score(batch)) {
        sum += scores.logProbabilities()[0];
      }
    }
    return sum;
  }

  /** Each sequence asks for the token 1000 at its last position but one. */
  private static List<List<ScoreRequest>> batches(File file) throws IOException {
    List<List<ScoreRequest>> batches = new ArrayList<>();
    for (JsonNode batch : new ObjectMapper().readTree(file)) {
      List<ScoreRequest> requests = new ArrayList<>();
      for (JsonNode sequence : batch) {
        int[] tokens = new int[sequence.size()];
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = sequence.get(i).intValue();
        }
        requests.add(new ScoreRequest(tokens, new int[] {tokens.length - 2}, new int[] {1000}));
      }
      batches.add(requests);
    }
    return batches;
  }
}
