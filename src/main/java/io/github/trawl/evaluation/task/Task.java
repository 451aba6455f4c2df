package io.github.trawl.evaluation.task;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.InputFile;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.yaml.InvalidYamlException;
import io.github.trawl.yaml.SafeYaml;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A task with its data, as named by {@code --task}. */
public final class Task {
  private final TaskDefinition definition;
  private final List<Map<String, Object>> rows;
  private final List<Map<String, Object>> fewShotRows;

  private Task(
      TaskDefinition definition,
      List<Map<String, Object>> rows,
      List<Map<String, Object>> fewShotRows) {
    this.definition = definition;
    this.rows = rows;
    this.fewShotRows = fewShotRows;
  }

  /** Returns the names of the tasks that come with the program. */
  public static List<String> builtIn() {
    return BuiltInTasks.NAMES;
  }

  /** Reads a task and its data, with as many few-shot examples as the task says. */
  public static Task load(String nameOrFile, Optional<String> data, Configuration hadoop) {
    return load(nameOrFile, data, FewShotOptions.TASK_DEFAULTS, hadoop);
  }

  /**
   * Reads a task and its data.
   *
   * @param nameOrFile a name of {@link #builtIn()}, or the path of a YAML or JSON file
   * @param data a file of rows that replaces the one that the task names
   * @param fewShot the user's settings for few-shot examples
   * @throws TrawlException if there is no such task, the task is wrong, or its data can't be read
   */
  public static Task load(
      String nameOrFile, Optional<String> data, FewShotOptions fewShot, Configuration hadoop) {
    if (PythonText.isBlank(nameOrFile)) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "--task is empty; name a task file or one of " + String.join(", ", BuiltInTasks.NAMES));
    }
    boolean builtIn = BuiltInTasks.NAMES.contains(nameOrFile);
    Map<?, ?> content = builtIn ? BuiltInTasks.content(nameOrFile) : content(nameOrFile, hadoop);
    return of(nameOrFile, content, data, fewShot, hadoop);
  }

  /** Reads a task as {@link #load} does, from a task file whose content has been read. */
  static Task of(
      String nameOrFile,
      Map<?, ?> content,
      Optional<String> data,
      FewShotOptions fewShot,
      Configuration hadoop) {
    TaskDefinition definition = TaskParser.parse(nameOrFile, content, fewShot);
    return new Task(
        definition,
        readRows(nameOrFile, definition, data, hadoop),
        fewShotRows(nameOrFile, definition, hadoop));
  }

  private static List<Map<String, Object>> readRows(
      String name, TaskDefinition definition, Optional<String> data, Configuration hadoop) {
    if (data.isEmpty() && BuiltInTasks.hasOwnData(name)) {
      return WorldFacts.rows();
    }
    Path file =
        data.map(named -> InputFile.find("--data", path("--data", named), hadoop))
            .or(() -> definition.data().path().map(path -> resolveFile(name, path, hadoop)))
            .orElseThrow(() -> withoutData(definition));
    return DataFile.read(file, definition.data().field(), hadoop);
  }

  /** Returns the rows for few-shot examples; empty if there are none or the task's rows serve. */
  private static List<Map<String, Object>> fewShotRows(
      String name, TaskDefinition definition, Configuration hadoop) {
    if (definition.fewShot().isEmpty()) {
      return List.of();
    }
    FewShotSettings.Source source = definition.fewShot().get().source();
    return source
        .path()
        .map(
            path ->
                DataFile.read(resolveFile(name, path, hadoop), definition.data().field(), hadoop))
        .orElse(source.samples());
  }

  /** Returns what the task file says. */
  public TaskDefinition definition() {
    return definition;
  }

  /** Returns the number of rows of the data, before any filter. */
  public int rowCount() {
    return rows.size();
  }

  /** Returns the rows of the data, before any filter. */
  List<Map<String, Object>> allRows() {
    return rows;
  }

  /**
   * Returns the examples in the order of the data; the same ones in each call.
   *
   * @param limit the most examples; only these are divided into splits
   * @param tokenizer the model's tokenizer, with which {@code masked.last_tokens} cuts fields
   * @param answerTokenizer the tokenizer for {@code max_answer_tokens}, often the model's
   * @throws TrawlException if a row doesn't fit the templates
   */
  public List<Example> examples(int limit, TextTokenizer tokenizer, TextTokenizer answerTokenizer) {
    return examples(limit, tokenizer, answerTokenizer, PromptBuilder.PLAIN);
  }

  /**
   * Returns the examples as {@link #examples(int, TextTokenizer, TextTokenizer)} does, with prompts
   * that {@code prompting} puts together.
   *
   * @throws TrawlException if a row doesn't fit the templates
   */
  public List<Example> examples(
      int limit, TextTokenizer tokenizer, TextTokenizer answerTokenizer, PromptBuilder prompting) {
    return new ExampleBuilder(definition, rows, fewShotRows, tokenizer, answerTokenizer, prompting)
        .examples(limit);
  }

  /** Reads the content of a task file or a group file. */
  static Map<?, ?> content(String file, Configuration hadoop) {
    Path path = taskFile(file, hadoop);
    try (InputStream stream = Storage.open(path, hadoop).open(path)) {
      if (SafeYaml.read(stream) instanceof Map<?, ?> map) {
        return map;
      }
      throw wrong(file, "is not a map of keys to values", null);
    } catch (FileNotFoundException e) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              "no task '%s': neither a file nor one of %s",
              file, String.join(", ", BuiltInTasks.NAMES)),
          e);
    } catch (InvalidYamlException e) {
      throw wrong(file, e.getMessage(), e);
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "task file " + file + ": can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }

  private static Path resolveFile(String taskFile, String data, Configuration hadoop) {
    return resolveFile(taskFile, "dataset_path", data, hadoop);
  }

  /** Returns the file that a key of a task file names, which may be relative to the task file. */
  static Path resolveFile(String taskFile, String key, String location, Configuration hadoop) {
    Path file = path("task file " + taskFile + ", " + key, location);
    return new Path(taskFile(taskFile, hadoop).getParent(), file);
  }

  private static Path taskFile(String named, Configuration hadoop) {
    return InputFile.find("--task", path("--task", named), hadoop);
  }

  private static Path path(String source, String location) {
    try {
      return new Path(location);
    } catch (IllegalArgumentException e) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          source + ": '" + location + "' is no path (" + e.getMessage() + ")",
          e);
    }
  }

  private static TrawlException withoutData(TaskDefinition task) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "task "
            + task.name()
            + " comes without data; name a JSON or JSONL file with --data, or as dataset_path in"
            + " the task file");
  }

  private static TrawlException wrong(String file, String what, Exception cause) {
    return new TrawlException(ErrorCategory.USAGE, "task file " + file + ": " + what, cause);
  }
}
