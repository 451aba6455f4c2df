package io.github.trawl.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/zeppelin-run} against a server that answers as Zeppelin does. */
class ZeppelinRunTest {
  @TempDir private Path folder;
  private FakeZeppelin zeppelin;

  private record Run(int exitCode, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    zeppelin = new FakeZeppelin();
  }

  @AfterEach
  void stop() {
    zeppelin.close();
  }

  @Test
  void runsAllParagraphsInOrderWithTheFormFields() throws Exception {
    zeppelin.paragraph("FINISHED").paragraph("FINISHED");
    Run run = run(Map.of(), "--param", "path=hdfs:///a=b \"c\\", "--param", "n=", zeppelin.note());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("paragraph 1 of 2: finished\nparagraph 2 of 2: finished\n");
    JsonObject fields = new JsonObject();
    fields.addProperty("path", "hdfs:///a=b \"c\\");
    fields.addProperty("n", "");
    assertThat(zeppelin.fields()).containsExactly(fields, fields);
  }

  @Test
  void findsANoteByItsPath() throws Exception {
    zeppelin.paragraph("FINISHED");
    assertThat(run(Map.of(), zeppelin.path()).exitCode()).isZero();
    Run unknown = run(Map.of(), "/reports/other");
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.err()).contains("has no note /reports/other");
  }

  @Test
  void stopsAtAFailedParagraphAndShowsWhy() throws Exception {
    zeppelin
        .paragraph("FINISHED")
        .paragraph("ERROR")
        .paragraph("FINISHED")
        .error("\u001b[31mnone\u001b[0m: no such \"directory\"\n\tat line <1>");
    Run run = run(Map.of(), zeppelin.note());
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).isEqualTo("paragraph 1 of 3: finished\n");
    assertThat(run.err())
        .isEqualTo(
            "paragraph 2 of 3: ERROR\n  none: no such \"directory\"\n  \tat line <1>\n"
                + "zeppelin-run: paragraph 2 of note 2ABCDEFGH ended as ERROR; correct it in Zeppelin"
                + " and run again\n");
    assertThat(zeppelin.fields()).hasSize(2);
  }

  @Test // More than a pipe holds.
  void showsTheBeginningOfALongError() throws Exception {
    zeppelin.paragraph("ERROR").error("at io.github.trawl.Main\n".repeat(50_000));
    Run run = run(Map.of(), zeppelin.note());
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err().lines().filter(line -> line.contains("trawl.Main"))).hasSize(20);
    assertThat(run.err()).contains("paragraph 1 of note 2ABCDEFGH ended as ERROR");
  }

  @Test
  void givesUpAParagraphThatDoesNotEnd() throws Exception {
    zeppelin.paragraph("RUNNING");
    Run run = run(Map.of(), "--timeout", "1", zeppelin.note());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is still", "after 1 s", "--timeout");
  }

  @Test
  void saysWhatIsNotThere() throws Exception {
    Run unknown = run(Map.of(), "2NOSUCHID");
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.err()).contains("has no note 2NOSUCHID");
    String url = zeppelin.url();
    zeppelin.close();
    Run down = run(Map.of("ZEPPELIN_URL", url), "2ABCDEFGH");
    assertThat(down.exitCode()).isEqualTo(1);
    assertThat(down.err()).contains(url + " does not answer");
    assertThat(down.err().lines()).hasSize(1);
  }

  @Test
  void logsIn() throws Exception {
    zeppelin.password("s cret&+%").paragraph("FINISHED");
    Run without = run(Map.of(), zeppelin.note());
    assertThat(without.exitCode()).isEqualTo(3);
    assertThat(without.err()).contains("set ZEPPELIN_USER and ZEPPELIN_PASSWORD");
    Run wrong =
        run(Map.of("ZEPPELIN_USER", "some one", "ZEPPELIN_PASSWORD", "other"), zeppelin.note());
    assertThat(wrong.exitCode()).isEqualTo(3);
    assertThat(wrong.err()).contains("refuses the login of some one");
    assertThat(
            run(
                    Map.of("ZEPPELIN_USER", "some one", "ZEPPELIN_PASSWORD", "s cret&+%"),
                    zeppelin.note())
                .exitCode())
        .isZero();
  }

  @Test
  void refusesWrongUsage() throws Exception {
    for (String[] wrong :
        List.of(
            new String[] {},
            new String[] {"a", "b"},
            new String[] {"--other", "a"},
            new String[] {"--param", "x", "a"},
            new String[] {"--timeout", "soon", "a"},
            new String[] {"no/id"})) {
      Run run = run(Map.of(), wrong);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
      assertThat(run.err().lines()).hasSize(1);
    }
    assertThat(run(Map.of(), "--help").out()).contains("Exit codes");
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("jobs/zeppelin-run"));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("ZEPPELIN"));
    // A proxy of the machine must not stand between.
    builder.environment().put("no_proxy", "127.0.0.1");
    builder.environment().put("ZEPPELIN_URL", zeppelin.url());
    builder.environment().putAll(environment);
    int exitCode =
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Run(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
