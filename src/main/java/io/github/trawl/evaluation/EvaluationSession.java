package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.ModelDescription;
import io.github.trawl.evaluation.model.ModelKind;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.WeightBytes;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.Example;
import io.github.trawl.evaluation.task.PromptBuilder;
import io.github.trawl.evaluation.task.Scorer;
import io.github.trawl.evaluation.task.ScoringOptions;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskDigest;
import io.github.trawl.evaluation.task.TaskGroup;
import io.github.trawl.evaluation.task.TaskList;
import io.github.trawl.evaluation.task.TaskQuestions;
import io.github.trawl.evaluation.task.TaskSamples;
import io.github.trawl.evaluation.text.ChatTemplateFiles;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import io.github.trawl.plan.EstimateText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A checkpoint and its tokenizer, opened on the driver, with the tasks of a request. Each call of
 * {@link #ask} asks some candidates some examples of a task. Opening finds errors in the model,
 * tokenizer, tasks and data before a cluster is requested.
 *
 * <p>From one call to the next, the executors keep the model, and in a part of their heap the
 * candidates' edited tensors. The session itself keeps no answers.
 *
 * <p>Several threads may call {@link #ask} at the same time.
 */
public final class EvaluationSession implements AutoCloseable {
  /** Loads the unmodified checkpoint. */
  static final ModelLoader LOADER =
      (source, placement, hadoop) ->
          source.streamed()
              ? LanguageModels.stream(source.open(hadoop), hadoop, placement, source.type())
              : LanguageModels.open(source.open(hadoop), hadoop, placement, source.type());

  private final String id = UUID.randomUUID().toString();
  private final EvaluationRequest request;
  private final Checkpoint checkpoint;
  private final ModelDescription description;
  private final NumberType numberType;
  private final SlowProcessors slowProcessors;
  private final WeightBytes weightBytes;
  private final TokenizerFiles tokenizerFiles;
  private final TextTokenizer tokenizer;
  private final PromptBuilder prompting;
  private final List<PlannedTask> tasks = new ArrayList<>();
  private final List<TaskGroup> groups = new ArrayList<>();

  /** The most bytes that a batch of a task takes while its prompts get several tokens. */
  private long continuedBytes;

  private EvaluationSession(
      EvaluationRequest request,
      Checkpoint checkpoint,
      TokenizerFiles tokenizerFiles,
      PromptBuilder prompting) {
    this.request = request;
    this.checkpoint = checkpoint;
    this.description = LanguageModels.describe(checkpoint);
    this.numberType = request.numbers().resolve(checkpoint, request.device());
    this.slowProcessors = new SlowProcessors(numberType);
    this.weightBytes = LanguageModels.weightBytes(checkpoint, numberType);
    this.tokenizerFiles = tokenizerFiles;
    this.prompting = prompting;
    this.tokenizer = tokenizerFiles.open();
  }

  /**
   * Opens the model and tasks that {@code request} names.
   *
   * @param request has no factors, since each call of {@link #ask} names its candidates
   * @throws IllegalArgumentException if it has factors
   * @throws TrawlException if something in the request is wrong or can't be read
   */
  public static EvaluationSession prepare(EvaluationRequest request, Configuration hadoop) {
    if (!request.factors().isEmpty()) {
      throw new IllegalArgumentException(
          "a session takes no factors, but candidates: " + request.factors());
    }
    return prepare(request, Checkpoint.open(request.model(), hadoop), false, hadoop);
  }

  /**
   * Opens the tokenizer and tasks that {@code request} names; its factors are left to the caller.
   *
   * @param checkpoint the model of the request
   * @param samples whether the tasks keep their rows for samples files
   */
  static EvaluationSession prepare(
      EvaluationRequest request, Checkpoint checkpoint, boolean samples, Configuration hadoop) {
    requireOneTaskForData(request);
    ModelKind kind = LanguageModels.describe(checkpoint).kind();
    TokenizerFiles files = TokenizerFiles.read(checkpoint.directory(), hadoop);
    EvaluationSession session =
        new EvaluationSession(
            request, checkpoint, files, prompting(request, kind, files, checkpoint, hadoop));
    try (TextTokenizer answerTokenizer = answerTokenizer(request, hadoop)) {
      TaskList list = TaskList.read(request.tasks(), hadoop);
      // Again, since a single name may be that of a group with several tasks.
      requireOneTaskForData(request, list.tasks().size());
      Map<String, TaskDefinition> definitions = new HashMap<>();
      for (String name : list.tasks()) {
        Task task = list.load(name, request.data(), request.fewShot());
        definitions.put(name, task.definition());
        session.add(task, answerTokenizer, samples);
      }
      session.groups.addAll(list.groups(definitions));
      session.requireUse(answerTokenizer);
      session.requireGeneration(hadoop);
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Refuses {@code --data} for several tasks, since they would all get the same rows. */
  static void requireOneTaskForData(EvaluationRequest request) {
    requireOneTaskForData(request, request.tasks().size());
  }

  private static void requireOneTaskForData(EvaluationRequest request, int tasks) {
    if (request.data().isPresent() && tasks > 1) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--data is for a single task, but --task names " + tasks + "; evaluate them one by one");
    }
  }

  private static PromptBuilder prompting(
      EvaluationRequest request,
      ModelKind kind,
      TokenizerFiles files,
      Checkpoint checkpoint,
      Configuration hadoop) {
    PromptFormat prompts = request.prompts();
    if (prompts.equals(PromptFormat.PLAIN)) {
      return PromptBuilder.PLAIN;
    }
    String model = checkpoint.directory().toString();
    if (kind == ModelKind.MASKED && prompts.chat()) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--apply-chat-template: "
              + model
              + " is a masked language model, which can't answer a chat; leave the option out");
    }
    Optional<String> template =
        prompts.chat()
            ? Optional.of(
                ChatTemplateFiles.read(files, checkpoint.directory(), hadoop)
                    .find(prompts.chatTemplate()))
            : Optional.empty();
    return PromptBuilder.of(
        model, template, files.specialTokens(), prompts.systemInstruction(), prompts.multiturn());
  }

  /** Returns the tokenizer that counts the tokens of answers, or null if the request names none. */
  private static TextTokenizer answerTokenizer(EvaluationRequest request, Configuration hadoop) {
    return request
        .answerTokenizer()
        .map(directory -> TokenizerFiles.read(directory, hadoop).open())
        .orElse(null);
  }

  /** Refuses a tokenizer for the lengths of answers if no task limits them. */
  private void requireUse(TextTokenizer answerTokenizer) {
    if (answerTokenizer != null
        && tasks.stream().allMatch(task -> task.definition().maxAnswerTokens().isEmpty())) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--answer-tokenizer: it counts for max_answer_tokens, which no task sets; leave it out");
    }
  }

  /** Refuses a model whose files want texts to be generated in an unsupported way, if any are. */
  private void requireGeneration(Configuration hadoop) {
    if (tasks.stream().anyMatch(task -> !task.questions().prompts().isEmpty())) {
      LanguageModels.requireGeneration(checkpoint, hadoop);
    }
  }

  private void add(Task task, TextTokenizer answerTokenizer, boolean samples) {
    TaskDefinition definition = task.definition();
    if (tasks.stream().anyMatch(each -> each.name().equals(definition.name()))) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "two tasks are named " + definition.name() + "; rename one in its file");
    }
    ScoringOptions scoring =
        prompting.isChat() ? definition.scoring().withoutDelimiter() : definition.scoring();
    Scorer scorer = Scorer.of(scoring, description.kind(), tokenizer, contextLength());
    List<Example> examples =
        task.examples(
            request.limit().orElse(Integer.MAX_VALUE),
            tokenizer,
            answerTokenizer == null ? tokenizer : answerTokenizer,
            prompting);
    if (examples.isEmpty()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "task " + definition.name() + " has no examples; check its data and filter");
    }
    TaskQuestions questions = TaskQuestions.of(scorer, examples);
    requireRoom(definition, questions);
    tasks.add(
        new PlannedTask(
            definition,
            task.rowCount(),
            questions,
            samples
                ? Optional.of(TaskSamples.of(task, questions.examples(), scoring))
                : Optional.empty(),
            TaskDigest.of(definition, tokenizerFiles, questions)));
  }

  /**
   * Refuses a task with a sequence, or a batch of prompts that are continued, that does not fit the
   * memory beside the weights: the operating system would kill the process. The batches are not
   * made smaller instead, since their composition affects the last bits of the answers.
   */
  private void requireRoom(TaskDefinition task, TaskQuestions questions) {
    TaskMemory memory = memory(task, questions, request.batchSize());
    continuedBytes = Math.max(continuedBytes, memory.continued().bytes());
    long allowed = request.memoryBytes();
    // A model whose weights alone do not fit is refused when it is asked.
    if (residentWeightBytes() > allowed || memory.hasRoom(weightBytes, streamed(), allowed)) {
      return;
    }
    boolean fitsInSmallBatches =
        memory(task, questions, 1).hasRoom(weightBytes, streamed(), allowed);
    boolean fitsStreamed = !streamed() && memory.hasRoom(weightBytes, true, allowed);
    throw new TrawlException(
        ErrorCategory.USAGE,
        String.format(
            Locale.ROOT,
            "task %s: its longest sequence has %d tokens, for which a layer needs %d MiB in addition to the weights%s, but --memory.off-heap allows a process %d MiB where %d MiB are needed in all; allow more, %s%sor shorten sequences with --max-length",
            task.name(),
            memory.longest(),
            EstimateText.mebibytes(memory.layerBytes()),
            besidesWeights(memory.continued()),
            allowed >> 20,
            EstimateText.mebibytes(memory.neededBytes(weightBytes, streamed(), allowed)),
            fitsInSmallBatches ? "take a smaller --batch-size, " : "",
            fitsStreamed ? "give --weights stream, " : ""));
  }

  private TaskMemory memory(TaskDefinition task, TaskQuestions questions, int batchSize) {
    return TaskMemory.of(
        questions,
        task.newTokens(),
        batchSize,
        description,
        LanguageModels.cost(checkpoint, numberType),
        numberType);
  }

  private String besidesWeights(TaskMemory.Continued batch) {
    long rest = request.memoryBytes() - residentWeightBytes();
    if (streamed() && batch.bytes() <= ExecutionSettings.streamedStateBytes(rest)) {
      return " and the hidden states of a group";
    }
    return batch.prompts() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            " and %d MiB for the keys and values of %d prompts of up to %d tokens",
            EstimateText.mebibytes(batch.bytes()),
            batch.prompts(),
            batch.length());
  }

  /** Returns the checkpoint of the unmodified model. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Returns how prompts are put to the model. */
  public PromptBuilder prompting() {
    return prompting;
  }

  /** Returns the tasks, in the order of the request. */
  public List<PlannedTask> tasks() {
    return List.copyOf(tasks);
  }

  /** Returns the groups that the request names; a group follows the groups in it. */
  public List<TaskGroup> groups() {
    return List.copyOf(groups);
  }

  /**
   * Returns the most tokens of a sequence: the length of the model's context, or the requested
   * length if that is less.
   */
  public int contextLength() {
    return Math.min(
        description.contextLength(), request.maxLength().orElse(description.contextLength()));
  }

  /**
   * Asks every candidate the chosen examples of a task.
   *
   * <p>The composition of the batches, which affects the last bits of the scores, depends only on
   * the set of examples and the batch size of the request: not on the order of the examples, the
   * other candidates, other calls or the cluster.
   *
   * <p>The driver holds a candidate's answers until the candidate is complete, so the memory of a
   * call grows with the number of candidates times the number of examples.
   *
   * @param spark runs the jobs, in the job group of the calling thread
   * @param progress shows how many of the call's Spark tasks are done
   * @param description names the jobs in Spark's web UI and on the progress bar
   * @param task a task of this session
   * @param examples the indices of the examples to ask, each once; results are in this order
   * @param candidates the candidates, of different names; the unmodified model is asked only if
   *     {@link Candidate#UNMODIFIED} is among them
   * @param sink takes each candidate's results as soon as it has answered all of the examples
   * @throws IllegalArgumentException if an example is named twice, or candidates have the same name
   * @throws TrawlException if the model does not fit the memory, computes NaN without edits, or has
   *     changed, or the cluster fails
   */
  public AskSummary ask(
      JavaSparkContext spark,
      Progress progress,
      String description,
      PlannedTask task,
      int[] examples,
      List<Candidate> candidates,
      CandidateSink sink) {
    return ask(spark, LOADER, progress, description, task, examples, candidates, sink);
  }

  /** Does the same with a model that {@code loader} loads. */
  AskSummary ask(
      JavaSparkContext spark,
      ModelLoader loader,
      Progress progress,
      String name,
      PlannedTask task,
      int[] examples,
      List<Candidate> candidates,
      CandidateSink sink) {
    long start = System.nanoTime();
    int[] sorted = Arrays.stream(examples).sorted().distinct().toArray();
    if (sorted.length != examples.length) {
      throw new IllegalArgumentException("an example is named twice");
    }
    TaskQuestions questions = task.questions().subset(sorted);
    int[] order =
        Arrays.stream(examples).map(example -> Arrays.binarySearch(sorted, example)).toArray();
    // Neighbours in this order share the most layers, wherever the list is cut into units.
    List<Candidate> ordered = candidates.stream().sorted(Candidate.BY_FIRST_CHANGE).toList();
    AnswerCollector answering = new AnswerCollector(questions, order, ordered, tokenizer, sink);
    QuestionDispatcher questioner =
        new QuestionDispatcher(
            spark, execution(spark, loader), request.batchSize(), progress, slowProcessors);
    if (examples.length == 0) {
      answering.handOverAll();
    }
    questioner.ask(
        name,
        questions.requests(),
        asked -> asked.tokens().length,
        ordered,
        new ScoringRunner(),
        answering::scores);
    questioner.ask(
        name + ", generation",
        questions.prompts(),
        prompt -> prompt.length,
        ordered.stream().filter(answering::isOpen).toList(), // without those that failed above
        new GenerationRunner(
            task.definition().newTokens(), tokenizer.stopTokens(task.definition().until())),
        answering::continuations);
    return new AskSummary(
        answering.answeredTokens(),
        questioner.devices(),
        questioner.processors(),
        (System.nanoTime() - start) / 1e9);
  }

  private ExecutionSettings execution(JavaSparkContext spark, ModelLoader loader) {
    return new ExecutionSettings(
        id,
        ModelSource.of(checkpoint, numberType, streamed()),
        loader,
        residentWeightBytes(),
        continuedBytes,
        spark.getConf().getInt("spark.task.cpus", 1),
        request.device(),
        request.memoryBytes(),
        new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /**
   * Refuses a model whose weights do not fit the memory of a process.
   *
   * @throws TrawlException of category {@code USAGE} that names a remedy
   */
  public void requireMemory() {
    if (residentWeightBytes() <= request.memoryBytes()) {
      return;
    }
    boolean fitsStreamed =
        request.weights() == WeightMode.MEMORY && weightBytes.streamed() <= request.memoryBytes();
    throw new TrawlException(
        ErrorCategory.USAGE,
        String.format(
            Locale.ROOT,
            "%s: its weights take %d MiB as %s, and %d MiB with one layer at a time in memory, but --memory.off-heap allows a process %d MiB; allow more%s",
            checkpoint.directory(),
            EstimateText.mebibytes(weightBytes.all()),
            numberType,
            EstimateText.mebibytes(weightBytes.streamed()),
            request.memoryBytes() >> 20,
            fitsStreamed ? ", or give --weights auto" : ""));
  }

  /** The type of number in which the model computes. */
  public NumberType numberType() {
    return numberType;
  }

  /** The processors on which the model computed slowly so far. */
  SlowProcessors slowProcessors() {
    return slowProcessors;
  }

  /** Bytes of the weights in memory, of the whole model and of its layers. */
  public WeightBytes weightBytes() {
    return weightBytes;
  }

  /**
   * Whether an executor has one layer of the model at a time in memory: if the request says so, or
   * leaves it open and only this fits the memory.
   */
  public boolean streamed() {
    return request.weights().streams(weightBytes, request.memoryBytes());
  }

  /** Bytes of memory that the weights take in every executor. */
  public long residentWeightBytes() {
    return streamed() ? weightBytes.streamed() : weightBytes.all();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
