package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Seconds for greedy generation; src/test/python/bench_generation.py runs it beside transformers.
 *
 * <p>Arguments: the model's directory, a JSON file with a list of batches of prompts, the number of
 * threads, the type of number, the number of rounds, the number of tokens to add. It prints for
 * each round a line of JSON: the seconds, those of the processor, and the tokens that were added.
 */
final class GenerationBenchmark {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private GenerationBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    int[][][] batches = mapper.readValue(new File(arguments[1]), int[][][].class);
    int threads = Integer.parseInt(arguments[2]);
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint = Checkpoint.open(new Path(arguments[0]), hadoop);
    NumberType type =
        NumberChoice.valueOf(arguments[3].toUpperCase(Locale.ROOT))
            .resolve(checkpoint, DeviceChoice.CPU);
    int rounds = Integer.parseInt(arguments[4]);
    int newTokens = Integer.parseInt(arguments[5]);
    try (LanguageModel model =
        LanguageModels.open(checkpoint, hadoop, Placement.cpu(threads), type)) {
      model.generate(Arrays.asList(batches[0]), newTokens, Set.of());
      for (int round = 0; round < rounds; round++) {
        List<int[]> added = new ArrayList<>();
        long processorStart = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        for (int[][] prompts : batches) {
          added.addAll(model.generate(Arrays.asList(prompts), newTokens, Set.of()));
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("seconds", (System.nanoTime() - start) / 1e9);
        line.put("processorSeconds", (PROCESS.getProcessCpuTime() - processorStart) / 1e9);
        line.put("added", added);
        System.out.println(mapper.writeValueAsString(line));
      }
    }
  }
}
