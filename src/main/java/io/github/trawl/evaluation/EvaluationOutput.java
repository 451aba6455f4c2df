package io.github.trawl.evaluation;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.OutputAccess;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.StagedFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.evaluation.task.PromptBuilder;
import io.github.trawl.evaluation.task.TaskGroup;
import io.github.trawl.spark.JobFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The places to which the results of an evaluation are written, each optional.
 *
 * @param results the JSON file with the results
 * @param examples the Parquet directory with the result of each example
 * @param samples the directory to which samples files are added, see {@link SamplesFiles}
 * @param overwrite whether {@code results} and {@code examples} may replace existing ones
 */
public record EvaluationOutput(
    Optional<Path> results, Optional<Path> examples, Optional<Path> samples, boolean overwrite) {
  private static final String RESULTS = "--output";
  private static final String EXAMPLES = "--examples";
  private static final String SAMPLES = "--log-samples";
  private static final String SUFFIX = ".json";
  private static final String PARQUET = ".parquet";
  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  /**
   * Returns the output places; if there are {@code results} but no {@code examples}, the examples
   * go beside the results.
   */
  public static EvaluationOutput of(
      Optional<Path> results, Optional<Path> examples, Optional<Path> samples, boolean overwrite) {
    return new EvaluationOutput(
        results, examples.or(() -> results.map(EvaluationOutput::beside)), samples, overwrite);
  }

  private static Path beside(Path results) {
    String name = results.getName();
    String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    // Without "./", Hadoop would take a name with a colon for a URI with a scheme.
    return new Path(results.getParent(), "./" + stem + "-examples" + PARQUET);
  }

  /**
   * Checks, before a run, that its results can be written.
   *
   * @throws TrawlException of category {@code USAGE} if a place can't be written, lies in another
   *     one, or holds something that may not be replaced; of category {@code SYSTEM} if it can't be
   *     looked at
   */
  public void check(Configuration hadoop) {
    requireApart(hadoop);
    results.ifPresent(path -> OutputAccess.requireWritable(path, RESULTS, hadoop));
    examples.ifPresent(path -> OutputAccess.requireWritable(path, EXAMPLES, hadoop));
    // What is checked is the directory above the argument, so this names a file in the directory.
    samples.ifPresent(
        path -> OutputAccess.requireWritable(new Path(path, "samples"), SAMPLES, hadoop));
    for (Optional<Path> place : List.of(results, examples)) {
      place.ifPresent(path -> requireFree(path, hadoop));
    }
  }

  /**
   * Writes the results of a run.
   *
   * @throws TrawlException if they can't be written
   */
  public void write(
      SparkSession spark,
      EvaluationRequest request,
      PromptBuilder prompting,
      List<TaskReport> reports,
      List<TaskGroup> groups,
      long startMillis,
      long endMillis) {
    examples.ifPresent(
        directory -> {
          try {
            ExamplesFile.write(spark, reports, directory, overwrite);
          } catch (TrawlException e) {
            throw e;
          } catch (Exception e) { // Spark's Scala code throws checked exceptions undeclared.
            throw JobFailure.isShuttingDown()
                ? JobFailure.of("examples", e)
                : unwritten(directory, EXAMPLES, e);
          }
        });
    samples.ifPresent(
        directory -> {
          try {
            SamplesFiles.write(
                reports, directory, endMillis, spark.sparkContext().hadoopConfiguration());
          } catch (IOException e) {
            throw unwritten(directory, SAMPLES, e);
          }
        });
    results.ifPresent(
        file -> {
          try {
            writeJson(
                file,
                ResultsJson.of(
                    request,
                    prompting,
                    reports,
                    groups,
                    samples.isPresent(),
                    spark.sparkContext().conf().getInt("spark.task.cpus", 1),
                    startMillis,
                    endMillis),
                spark.sparkContext().hadoopConfiguration());
          } catch (IOException e) {
            throw unwritten(file, RESULTS, e);
          }
        });
  }

  private static void writeJson(Path file, ObjectNode content, Configuration hadoop)
      throws IOException {
    FileSystem fileSystem = Storage.open(file, hadoop);
    Path qualified = fileSystem.makeQualified(file);
    fileSystem.mkdirs(qualified.getParent());
    try (StagedFile staged = StagedFile.create(fileSystem, qualified)) {
      staged.stream().write(new ObjectMapper().writer(PRINTER).writeValueAsBytes(content));
      staged.commit();
    }
  }

  /**
   * Returns the error for results that could not be written. It shows the message of the innermost
   * cause, the exception of the storage, which Spark wraps in several others.
   */
  private static TrawlException unwritten(Path place, String option, Exception failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String reason =
        Optional.ofNullable(innermost.getMessage())
            .flatMap(message -> message.lines().findFirst())
            .orElseGet(innermost.getClass()::getSimpleName);
    return new TrawlException(
        ErrorCategory.SYSTEM,
        "%s %s was not written: %s; check the storage or name another place, and run again"
            .formatted(option, place, reason),
        failure);
  }

  /**
   * Refuses examples that lie in the results or hold them, and samples that lie in either: results
   * and examples are replaced as a whole, so what lies in them would be lost.
   */
  private void requireApart(Configuration hadoop) {
    requireApart(examples, EXAMPLES, results, RESULTS, hadoop);
    requireApart(results, RESULTS, examples, EXAMPLES, hadoop);
    requireApart(samples, SAMPLES, results, RESULTS, hadoop);
    requireApart(samples, SAMPLES, examples, EXAMPLES, hadoop);
  }

  private static void requireApart(
      Optional<Path> inner,
      String innerOption,
      Optional<Path> outer,
      String outerOption,
      Configuration hadoop) {
    if (inner.isPresent() && outer.isPresent()) {
      Path outerPath = Storage.open(outer.get(), hadoop).makeQualified(outer.get());
      Path innerPath = Storage.open(inner.get(), hadoop).makeQualified(inner.get());
      if ((innerPath + "/").startsWith(outerPath + "/")) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            "%s %s is or lies in %s %s; name another place for one of them"
                .formatted(innerOption, inner.get(), outerOption, outer.get()));
      }
    }
  }

  /** Refuses a path that exists, unless it may be overwritten and looks like such an output. */
  private void requireFree(Path path, Configuration hadoop) {
    try {
      FileSystem fileSystem = Storage.open(path, hadoop);
      if (!fileSystem.exists(path)) {
        return;
      }
      if (!overwrite) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            path + " exists already; choose another output or give --overwrite");
      }
      boolean directory = fileSystem.getFileStatus(path).isDirectory();
      boolean ofExamples = examples.filter(path::equals).isPresent();
      if (directory != ofExamples || (directory && !holdsParquetOnly(fileSystem, path))) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            path
                + " is not the output of an evaluation, so it is not overwritten; choose another"
                + " output");
      }
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          path
              + ": can't find out whether it exists ("
              + Problems.oneLine(e)
              + "); check the storage, and run again",
          e);
    }
  }

  /** Returns whether a directory is empty or holds Parquet files and what Spark adds to them. */
  private static boolean holdsParquetOnly(FileSystem fileSystem, Path directory)
      throws IOException {
    List<String> names =
        Arrays.stream(fileSystem.listStatus(directory))
            .map(entry -> entry.getPath().getName())
            .toList();
    return names.isEmpty()
        || (names.stream().anyMatch(name -> name.endsWith(PARQUET))
            && names.stream().allMatch(EvaluationOutput::isOfParquet));
  }

  /** Returns whether a file of this name may stand in an output, checksums of Hadoop included. */
  private static boolean isOfParquet(String name) {
    return name.endsWith(PARQUET)
        || name.startsWith("_")
        || (name.startsWith(".") && name.endsWith(".crc"));
  }
}
