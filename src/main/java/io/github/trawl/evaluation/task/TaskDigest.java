package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * Computes a digest of all that a task asks a model. Texts and lists are digested with their length
 * in front, so that different contents never run together to the same bytes.
 */
public final class TaskDigest {
  /** The version of the digest; raise it when what is digested is encoded in another way. */
  private static final int FORMAT = 1;

  private final DataOutputStream out;

  private TaskDigest(DataOutputStream out) {
    this.out = out;
  }

  /**
   * Returns the SHA-256, as 64 hexadecimal digits, of the task's settings that influence scores,
   * the files of the tokenizer, and every example with the requests that it makes.
   */
  public static String of(TaskDefinition task, TokenizerFiles tokenizer, TaskQuestions questions) {
    MessageDigest digest = sha256();
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      new TaskDigest(out).write(task, tokenizer, questions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void write(TaskDefinition task, TokenizerFiles tokenizer, TaskQuestions questions)
      throws IOException {
    out.writeInt(FORMAT);
    write(task.scoring());
    text(task.version());
    TreeMap<String, byte[]> files = new TreeMap<>(tokenizer.contents());
    out.writeInt(files.size());
    for (String name : files.keySet()) {
      text(name);
      bytes(files.get(name));
    }
    out.writeInt(questions.examples().size());
    for (int i = 0; i < questions.examples().size(); i++) {
      write(questions.examples().get(i));
      write(questions.questions().get(i));
    }
  }

  private void write(ScoringOptions scoring) throws IOException {
    text(scoring.task());
    text(scoring.outputType().label());
    text(scoring.targetDelimiter());
    texts(scoring.metrics().stream().map(Metric::label).toList());
    text(scoring.laserChoices().name());
    out.writeInt(scoring.newTokens());
    texts(scoring.until());
    // Left out for other tasks, so that their digests are those that earlier sweeps recorded.
    if (scoring.wants(Metric.EXACT_MATCH)) {
      write(scoring.exactMatch());
    }
  }

  private void write(ExactMatch exactMatch) throws IOException {
    texts(exactMatch.regexesToIgnore().stream().map(PythonRegex::source).toList());
    out.writeBoolean(exactMatch.ignoreCase());
    out.writeBoolean(exactMatch.ignorePunctuation());
    out.writeBoolean(exactMatch.ignoreNumbers());
  }

  private void write(Example example) throws IOException {
    out.writeInt(example.index());
    out.writeInt(example.row());
    text(example.split().label());
    text(example.context());
    text(example.masked());
    texts(example.answers());
    ints(example.rightIndices().stream().mapToInt(Integer::intValue).toArray());
    text(example.countedText());
  }

  private void write(ExampleQuestions asked) throws IOException {
    out.writeInt(asked.requests().size());
    for (ScoreRequest request : asked.requests()) {
      ints(request.tokens());
      ints(request.positions());
      ints(request.targets());
    }
    out.writeInt(asked.parts().size());
    for (ExampleQuestions.ScoreRange part : asked.parts()) {
      ints(new int[] {part.request(), part.from(), part.to()});
    }
    ints(asked.prompt().orElse(new int[0]));
  }

  private void texts(List<String> values) throws IOException {
    out.writeInt(values.size());
    for (String value : values) {
      text(value);
    }
  }

  private void text(String value) throws IOException {
    bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  private void ints(int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
