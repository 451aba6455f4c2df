package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ModelKind;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** A task file and its data in a directory, asked of a {@link FakeModel}. */
record TaskRun(Task task, FakeModel model, List<ExampleResult> results) {
  static Task task(Path directory, String yaml, String data) throws IOException {
    Path file = directory.resolve("task.yaml");
    Files.writeString(file, yaml);
    Files.writeString(directory.resolve("rows.jsonl"), data);
    return Task.load(file.toString(), Optional.empty(), new Configuration());
  }

  /** The examples, with the answers measured by the tokenizer of the model. */
  static List<Example> examples(Task task, int limit, TextTokenizer tokenizer) {
    return task.examples(limit, tokenizer, tokenizer);
  }

  static TaskRun of(Path directory, ModelKind kind, int contextLength, String yaml, String data)
      throws IOException {
    return of(task(directory, yaml, data), kind, contextLength);
  }

  static TaskRun of(Task task, ModelKind kind, int contextLength) {
    FakeModel model = new FakeModel(kind, contextLength);
    LetterTokenizer tokenizer = new LetterTokenizer(kind == ModelKind.MASKED);
    Scorer scorer = Scorer.of(task.definition().scoring(), kind, tokenizer, contextLength);
    TaskQuestions questions =
        TaskQuestions.of(scorer, examples(task, Integer.MAX_VALUE, tokenizer));
    List<int[]> continuations =
        model.generate(
            questions.prompts(), task.definition().newTokens(), Set.of(LetterTokenizer.END));
    return new TaskRun(
        task, model, questions.results(model.score(questions.requests()), continuations));
  }

  double value(Split split, Metric metric) {
    return Metrics.of(Metric.defaultsFor(task.definition().outputType()), results).stream()
        .filter(value -> value.split() == split && value.metric() == metric)
        .findFirst()
        .orElseThrow()
        .value();
  }
}
