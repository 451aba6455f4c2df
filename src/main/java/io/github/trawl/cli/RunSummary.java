package io.github.trawl.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.Version;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.StagedFile;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The summary of a run: a file with one line of JSON that tells a scheduler how the run ended.
 *
 * <p>The file is replaced when the run begins, so that the outcome of an earlier run is never taken
 * for that of a run that was killed. A run that is refused because another run holds the output
 * restores the summary of the other run.
 */
final class RunSummary {
  /** The version of the format, raised by every change that an older reader would misread. */
  static final int FORMAT = 1;

  private static final String RUNNING = "running";
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final Logger LOG = LoggerFactory.getLogger(RunSummary.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String command;
  private final Path file;
  private final SummaryOption option;
  private final Configuration hadoop;
  private final Instant start = Instant.now();
  private Optional<String> earlierContent = Optional.empty();
  private String runningLine = "";

  private RunSummary(String command, Path file, SummaryOption option, Configuration hadoop) {
    this.command = command;
    this.file = file;
    this.option = option;
    this.hadoop = hadoop;
  }

  /**
   * Returns the summary that the arguments ask for, even if they are wrong in other respects; empty
   * if they ask for none.
   *
   * @param arguments the user's arguments, with or without those of the configuration file
   * @throws TrawlException of category {@code USAGE} if the summary is not at a valid path, would
   *     replace the output, or would lie in the output of a command other than {@code sweep}
   */
  static Optional<RunSummary> of(String[] arguments, CommandLine commands) {
    CommandLine command =
        arguments.length == 0 ? null : commands.getSubcommands().get(arguments[0]);
    List<String> words = List.of(arguments);
    if (command == null || words.contains("--help") || words.contains("-h")) {
      return Optional.empty();
    }
    CommandSpec spec = command.getCommandSpec();
    return value(words, SummaryOption.NAME)
        .filter(file -> spec.mixins().containsKey("summary"))
        .map(
            file -> {
              Configuration hadoop = HadoopSettings.load();
              Path path = Required.path(SummaryOption.NAME, file);
              value(words, "--output")
                  .ifPresent(
                      output ->
                          requireApart(path, Required.path("--output", output), spec, hadoop));
              return new RunSummary(
                  command.getCommandName(),
                  path,
                  (SummaryOption) spec.mixins().get("summary").userObject(),
                  hadoop);
            });
  }

  /** Returns the last value of an option, given as a flag or by {@code --set}. */
  private static Optional<String> value(List<String> words, String option) {
    String key = option.substring(2) + "=";
    Optional<String> value = Optional.empty();
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      boolean next = i + 1 < words.size();
      if (word.startsWith(option + "=")) {
        value = Optional.of(word.substring(option.length() + 1));
      } else if (word.equals(option) && next) {
        value = Optional.of(words.get(i + 1));
      } else if (word.startsWith("--set=" + key)) {
        // 6 is the length of "--set=".
        value = Optional.of(word.substring(6 + key.length()));
      } else if (word.equals("--set") && next && words.get(i + 1).startsWith(key)) {
        value = Optional.of(words.get(i + 1).substring(key.length()));
      }
    }
    return value;
  }

  /**
   * Refuses a summary that is the output itself, or lies in the output of a command other than
   * {@code sweep}: such a command would find that its output exists already.
   */
  private static void requireApart(
      Path file, Path output, CommandSpec command, Configuration hadoop) {
    Path qualified;
    Path place;
    try {
      qualified = Storage.open(file, hadoop).makeQualified(file);
      place = Storage.open(output, hadoop).makeQualified(output);
    } catch (IllegalArgumentException | TrawlException e) {
      LOG.debug("{} or {} is no valid path; writing to it will report that", file, output, e);
      return;
    }
    boolean inside = !command.name().equals("sweep") && isBelow(qualified, place);
    if (inside || qualified.equals(place)) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "%s: %s is %s; put it elsewhere"
              .formatted(SummaryOption.NAME, file, inside ? "in the output" : "the output itself"));
    }
  }

  private static boolean isBelow(Path file, Path directory) {
    Path parent = file.getParent();
    while (parent != null && !parent.equals(directory)) {
      parent = parent.getParent();
    }
    return parent != null;
  }

  /**
   * Remembers what the file holds and replaces it by a summary in the state {@code running}.
   *
   * @throws TrawlException of category {@code SYSTEM} if the file can't be written, {@code
   *     BAD_INPUT} if its file system can't be opened
   */
  void begin() {
    earlierContent = read();
    runningLine = line(head(RUNNING));
    write(runningLine);
  }

  /**
   * Restores what the file held before {@link #begin}, if that is the summary of the run that holds
   * the output. A file that was changed after {@code begin} is left as it is: the other run has
   * written to it since.
   *
   * @param since when the other run took the output
   * @return whether the file belongs to the other run, so that this run must not write to it
   */
  boolean restoreIfHeld(Instant since) {
    if (earlierContent.filter(line -> isOfRunning(line, since)).isEmpty()) {
      return false;
    }
    if (read().equals(Optional.of(runningLine))) {
      write(earlierContent.get());
    }
    return true;
  }

  /**
   * Returns whether {@code line} is the summary of a run of this command that began at {@code
   * since} or earlier and has not ended.
   */
  private boolean isOfRunning(String line, Instant since) {
    try {
      JsonNode json = MAPPER.readTree(line);
      return json.path("command").asText().equals(command)
          && json.path("state").asText().equals(RUNNING)
          && !Instant.parse(json.path("start").asText()).isAfter(since);
    } catch (JsonProcessingException | DateTimeException e) {
      LOG.debug("{} held no summary", Problems.show(file), e);
      return false;
    }
  }

  /** Returns the content of the file; empty if it is missing, unreadable or longer than 1 MiB. */
  private Optional<String> read() {
    try {
      FileSystem fileSystem = Storage.open(file, hadoop);
      try (InputStream stream = fileSystem.open(fileSystem.makeQualified(file))) {
        byte[] bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
        return bytes.length > MAX_FILE_BYTES
            ? Optional.empty()
            : Optional.of(new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("No earlier summary in {}", Problems.show(file), e);
      return Optional.empty();
    }
  }

  /**
   * Replaces the file by the summary of how the run ended.
   *
   * @param error the line that says what went wrong; ignored if the exit code is 0
   * @throws TrawlException of category {@code SYSTEM} if the file can't be written, {@code
   *     BAD_INPUT} if its file system can't be opened
   */
  void end(int exitCode, String error) {
    ObjectNode line = head(state(exitCode));
    line.put("exit_code", exitCode);
    if (exitCode != 0) {
      line.put("error", error);
    }
    Instant now = Instant.now();
    line.put("end", now.toString());
    line.put("seconds", Duration.between(start, now).toMillis() / 1e3);
    line.setAll(option.findings());
    write(line(line));
  }

  private ObjectNode head(String state) {
    return MAPPER
        .createObjectNode()
        .put("format", FORMAT)
        .put("command", command)
        .put("state", state)
        .put("version", Version.current())
        .put("start", start.toString());
  }

  private static String state(int exitCode) {
    if (exitCode == 0) {
      return "done";
    }
    if (exitCode == ErrorCategory.PARTIAL.exitCode()) {
      return "incomplete";
    }
    return exitCode == ErrorCategory.SYSTEM.exitCode() ? "failed" : "refused";
  }

  private void write(String line) {
    FileSystem fileSystem = Storage.open(file, hadoop);
    Path qualified = fileSystem.makeQualified(file);
    try {
      fileSystem.mkdirs(qualified.getParent());
      try (StagedFile staged = StagedFile.create(fileSystem, qualified)) {
        staged.stream().write(line.getBytes(StandardCharsets.UTF_8));
        staged.commit();
      }
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "%s: %s can't be written (%s); name a place where it can"
              .formatted(SummaryOption.NAME, file, Problems.oneLine(e)),
          e);
    }
  }

  private static String line(ObjectNode content) {
    try {
      return MAPPER.writeValueAsString(content) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the summary can't be written as JSON", e);
    }
  }
}
