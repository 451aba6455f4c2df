package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.ModelDescription;
import io.github.trawl.evaluation.task.Example;
import io.github.trawl.evaluation.task.Scorer;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskQuestions;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import io.github.trawl.factors.FactorEdits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * All that an evaluation asks, in tokens. Making it finds what is wrong with model, tokenizer,
 * tasks, data and factors, before a cluster is asked for.
 */
public final class EvaluationPlan implements AutoCloseable {
  private final EvaluationRequest request;
  private final Checkpoint checkpoint;
  private final ModelDescription description;
  private final TextTokenizer tokenizer;
  private final List<String> asked;
  private final List<Candidate> candidates;
  private final List<PlannedTask> tasks = new ArrayList<>();

  private EvaluationPlan(
      EvaluationRequest request,
      Checkpoint checkpoint,
      List<Candidate> candidates,
      TextTokenizer tokenizer) {
    this.request = request;
    this.checkpoint = checkpoint;
    this.description = LanguageModels.describe(checkpoint);
    this.asked = candidates.stream().map(Candidate::name).toList();
    // In this order later ones can start from the hidden states of earlier ones.
    this.candidates =
        candidates.stream()
            .sorted(
                Comparator.comparingInt(
                    candidate -> candidate.firstChangedLayer(Integer.MAX_VALUE)))
            .toList();
    this.tokenizer = tokenizer;
  }

  /**
   * Plans what {@code request} asks.
   *
   * @throws TrawlException if something in it is wrong or can't be read
   */
  public static EvaluationPlan prepare(EvaluationRequest request, Configuration hadoop) {
    if (request.data().isPresent() && request.tasks().size() > 1) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--data is for a single task, but --task names "
              + request.tasks().size()
              + "; evaluate them one by one");
    }
    Checkpoint checkpoint = Checkpoint.open(request.model(), hadoop);
    LanguageModels.describe(checkpoint);
    List<Candidate> candidates = candidates(request, checkpoint, hadoop);
    EvaluationPlan plan =
        new EvaluationPlan(
            request,
            checkpoint,
            candidates,
            TokenizerFiles.read(checkpoint.directory(), hadoop).open());
    try (TextTokenizer answers = answerTokenizer(request, hadoop)) {
      for (String name : request.tasks()) {
        plan.add(Task.load(name, request.data(), hadoop), answers);
      }
      plan.requireUse(answers);
      return plan;
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  /** The unmodified model, then the others as they are asked for. */
  private static List<Candidate> candidates(
      EvaluationRequest request, Checkpoint checkpoint, Configuration hadoop) {
    List<Candidate> candidates = new ArrayList<>(List.of(Candidate.UNMODIFIED));
    if (!request.factors().isEmpty()) {
      Architecture architecture =
          request
              .architecture()
              .map(file -> Architecture.load(file, hadoop))
              .orElseGet(() -> Architecture.forModel(checkpoint));
      FactorEdits edits = new FactorEdits(checkpoint, architecture, hadoop);
      Set<String> names = new HashSet<>();
      for (String location : request.factors()) {
        for (Candidate candidate : Candidate.of(location, edits.find(location))) {
          if (!names.add(candidate.name())) {
            throw new TrawlException(
                ErrorCategory.USAGE,
                "--factors names " + candidate.name() + " twice; name it once");
          }
          candidates.add(candidate);
        }
      }
    }
    return List.copyOf(candidates);
  }

  /** Null if none is named. */
  private static TextTokenizer answerTokenizer(EvaluationRequest request, Configuration hadoop) {
    return request
        .answerTokenizer()
        .map(directory -> TokenizerFiles.read(directory, hadoop).open())
        .orElse(null);
  }

  private void requireUse(TextTokenizer answers) {
    if (answers != null
        && tasks.stream().allMatch(task -> task.definition().maxAnswerTokens().isEmpty())) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--answer-tokenizer: no task has max_answer_tokens, for which it counts; leave it out");
    }
  }

  private void add(Task task, TextTokenizer answers) {
    if (tasks.stream()
        .anyMatch(each -> each.definition().name().equals(task.definition().name()))) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "two tasks are named " + task.definition().name() + "; rename one in its file");
    }
    Scorer scorer =
        Scorer.of(task.definition().scoring(), description.kind(), tokenizer, contextLength());
    List<Example> examples =
        task.examples(
            request.limit().orElse(Integer.MAX_VALUE),
            tokenizer,
            answers == null ? tokenizer : answers);
    if (examples.isEmpty()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "task " + task.definition().name() + " has no examples; check its data and filter");
    }
    TaskQuestions questions = TaskQuestions.of(scorer, examples);
    requireRoom(task.definition(), questions);
    tasks.add(new PlannedTask(task.definition(), task.rows(), examples.size(), questions));
  }

  /**
   * Refuses sequences whose attention scores, which grow with the square of the length, do not fit:
   * the system would kill the process.
   */
  private void requireRoom(TaskDefinition task, TaskQuestions questions) {
    int longest =
        IntStream.concat(
                questions.requests().stream().mapToInt(asked -> asked.tokens().length),
                questions.prompts().stream().mapToInt(prompt -> prompt.length + task.newTokens()))
            .max()
            .orElse(0);
    long needed = modelBytes() + description.attentionBytes(longest);
    // A model that does not fit by itself is refused where it is loaded.
    if (modelBytes() <= request.memoryBytes() && needed > request.memoryBytes()) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              Locale.ROOT,
              "task %s: a sequence of %d tokens takes %d MiB for attention beside the weights, but --memory.off-heap allows a process %d MiB for both, %d MiB needed; allow more, or give the model less at a time with --max-length",
              task.name(),
              longest,
              toMebibytes(description.attentionBytes(longest)),
              request.memoryBytes() >> 20,
              toMebibytes(needed)));
    }
  }

  private static long toMebibytes(long bytes) {
    return (bytes >> 20) + 1;
  }

  EvaluationRequest request() {
    return request;
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** In the order of their first changed layer. */
  List<Candidate> candidates() {
    return candidates;
  }

  /**
   * Orders candidates as tables show them: the unmodified model first, then the others in the order
   * in which the user named them.
   */
  int asked(String candidate) {
    return asked.indexOf(candidate);
  }

  List<PlannedTask> tasks() {
    return tasks;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** The most tokens that the model is given at a time. */
  int contextLength() {
    return Math.min(
        description.contextLength(), request.maxLength().orElse(description.contextLength()));
  }

  /** Bytes of the weights as float32. */
  long modelBytes() {
    return checkpoint.tensors().stream()
        .mapToLong(tensor -> tensor.length() * Byte.SIZE / tensor.dtype().bits() * Float.BYTES)
        .sum();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
