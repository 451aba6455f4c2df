package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the scripts of {@code jobs/yarn} submit and say, and how they end. */
class NightlyScriptTest {
  private static final String SCRIPT = "jobs/yarn/nightly.sh";
  private static final String PUBLISH = "jobs/yarn/publish.sh";

  @TempDir private Path folder;
  private ScriptHome home;

  @BeforeEach
  void make() throws IOException {
    home = new ScriptHome(folder);
    home.spark("2.13-4.2.0");
    home.set("HADOOP_CONF_DIR", folder.toString());
    home.set("HADOOP_HOME", folder.resolve("hadoop").toString());
    home.set("LOCK", folder.resolve("lock").toString());
    home.set("MODEL", "hdfs:///models/m");
    home.set("OUTPUT", "hdfs:///sweeps/m");
    home.set("GRID", Files.writeString(folder.resolve("grid.yaml"), "grid:").toString());
    told("{\"state\":\"done\",\"exit_code\":0," + now());
  }

  @Test
  void submitsTheSweepToACluster() throws Exception {
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("program: spark-submit", "yarn", "cluster")
        .contains("spark.executor.memoryOverhead=36g", "spark.yarn.maxAppAttempts=2");
    assertThat(run.after("--files")).endsWith("/grid.yaml");
    String[] arguments =
        run.from("sweep").stream()
            .takeWhile(line -> !line.startsWith("SPARK_") && !line.startsWith("OPENBLAS_"))
            .toArray(String[]::new);
    assertThat(arguments).contains("grid.yaml", "--summary", "hdfs:///sweeps/m/summary.json");
    assertThat(run.out()).last().asString().contains("\"state\":\"done\"");
    // The command line takes them, but for the file, which is in the driver's directory.
    arguments[2] = home.root().resolve("../grid.yaml").toString();
    Files.writeString(Path.of(arguments[2]), "grid:\n  - {rank: 2}\n");
    CommandLine commands = new CommandLine(new TrawlCommand());
    EnumConverter.register(commands);
    commands.setOverwrittenOptionsAllowed(true);
    commands.parseArgs(ConfigArguments.expand(arguments, commands));
  }

  /** spark-submit ends with 1 whatever the driver's code was. */
  @Test
  void endsAsTheSweepDid() throws Exception {
    home.set("FAKE_EXIT", "1");
    told("{\"state\":\"incomplete\",\"exit_code\":4,\"error\":\"2 of 9 points failed\"," + now());
    assertThat(home.runScript(SCRIPT).exitCode()).isEqualTo(4);
    told("{\"state\":\"running\"," + now());
    assertThat(home.runScript(SCRIPT).exitCode()).isEqualTo(1);
    told("{\"state\":\"done\",\"exit_code\":0," + now());
    assertThat(home.runScript(SCRIPT).exitCode()).isEqualTo(1);
  }

  @Test
  void doesNotTakeLastNightsSummaryForThisOne() throws Exception {
    home.set("FAKE_EXIT", "1");
    told("{\"state\":\"incomplete\",\"exit_code\":4,\"start\":\"2026-01-01T22:00:00.123Z\"}");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).last().asString().endsWith("no summary");
  }

  @Test
  void passesMoreOptionsOn() throws Exception {
    home.set("ATTEMPTS", "1");
    home.set("OPTIONS", "--packages a:b:1\n  --name nightly\n");
    home.set("FLAGS", "--yes\n--stale-after 300");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.out()).contains("spark.yarn.maxAppAttempts=1");
    assertThat(run.from("sweep")).containsSubsequence("--yes", "--stale-after", "300", "--summary");
    assertThat(run.after("--packages")).isEqualTo("a:b:1");
    assertThat(run.after("--name")).isEqualTo("nightly");
  }

  private static String now() {
    return "\"start\":\"%s\",\"end\":\"%s\"}".formatted(Instant.now(), Instant.now());
  }

  @Test
  void addsTheGridToTheFilesOfTheUser() throws Exception {
    home.set("OPTIONS", "--files /etc/task.yaml,/etc/more.yaml --name nightly");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.after("--files"))
        .startsWith("/etc/task.yaml,/etc/more.yaml,/")
        .endsWith("/grid.yaml");
    assertThat(run.after("--name")).isEqualTo("nightly");
  }

  /** Its memory, and that a second attempt would begin the hours of a stop rule anew. */
  @Test
  void leavesToTheGridWhatStandsThere() throws Exception {
    for (String grid :
        List.of(
            "memory:\n  off-heap: 56g\nstop:\n  hours: 6\ngrid:\n",
            "memory.off-heap: 56g\nstop.hours: 6\ngrid:\n",
            "memory: {off-heap: 56g}\n\"stop\" : {failures: 6}\ngrid:\n")) {
      Files.writeString(folder.resolve("grid.yaml"), grid);
      ScriptHome.Run run = home.runScript(SCRIPT);
      assertThat(run.out())
          .as(grid)
          .contains("spark.yarn.maxAppAttempts=1")
          .doesNotContain("--memory.off-heap");
      assertThat(run.after("--executors")).isEqualTo("4");
    }
    home.set("OFF_HEAP", "8g");
    assertThat(home.runScript(SCRIPT).after("--memory.off-heap")).isEqualTo("8g");
  }

  @Test
  void aCommentSaysNothing() throws Exception {
    Files.writeString(
        folder.resolve("grid.yaml"), "# stop:\nscreen: race # off-heap: 56g\nstopping: 1\ngrid:\n");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.out()).contains("spark.yarn.maxAppAttempts=2");
    assertThat(run.after("--memory.off-heap")).isEqualTo("32g");
    home.set("FLAGS", "--stop.hours=6 --memory.off-heap=8g");
    assertThat(home.runScript(SCRIPT).out())
        .contains("spark.yarn.maxAppAttempts=1", "--stop.hours=6", "--memory.off-heap=8g")
        .doesNotContain("32g");
  }

  @Test
  void submitsToAStandaloneClusterAsWell() throws Exception {
    home.set("MASTER", "spark://master:7077");
    ScriptHome.Run refused = home.runScript(SCRIPT);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("grid.yaml is no URI");
    home.set("GRID", "hdfs://h/grid.yaml");
    home.set("FAKE_STATE", "10:00:00 State of driver driver-1-0000 is FINISHED, exiting");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.exitCode()).as(run.err()).isZero();
    // The script shows what the submitter says as it comes.
    assertThat(run.err())
        .contains("spark://master:7077\n", "--total-executor-cores\n32\n", "--config\nhdfs://h/g")
        .doesNotContain("spark.yarn", "--num-executors");
    home.set("MASTER", "local[2]");
    assertThat(home.runScript(SCRIPT).err()).contains("MASTER=local[2] is neither yarn nor spark");
  }

  /** What is behind {@code &&} must not go on in the middle of a sweep. */
  @Test
  void saysThatAnEarlierNightIsAtWork() throws Exception {
    Path lock = folder.resolve("lock");
    Process holder =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read line").start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      ScriptHome.Run run = home.runScript(SCRIPT);
      assertThat(run.exitCode()).isEqualTo(75);
      assertThat(run.out()).singleElement().asString().contains("fuser -v " + lock);
    } finally {
      holder.outputWriter().close();
      holder.waitFor();
    }
  }

  @Test
  void theCheckSaysSomethingOnlyWhereTheNightWentWrong() throws Exception {
    told("{\"state\":\"done\",\"exit_code\":0," + now());
    assertThat(check()).isEqualTo("0 ");
    told("{\"state\":\"incomplete\",\"exit_code\":4,\"sweep\":{\"state\":\"stopped\"}," + now());
    assertThat(check()).isEqualTo("0 ");
    told(
        "{\"state\":\"incomplete\",\"exit_code\":4,\"sweep\":{\"state\":\"failed-points\"},"
            + now());
    assertThat(check()).startsWith("1 nightly: points failed");
    told("{\"state\":\"running\"," + now());
    assertThat(check()).startsWith("1 nightly: the run that began at ").contains("still at work");
    told("{\"state\":\"refused\",\"exit_code\":2," + now());
    assertThat(check()).startsWith("1 nightly: the run failed");
    told("{\"state\":\"done\",\"exit_code\":0,\"end\":\"2026-01-01T22:00:00.123Z\"}");
    assertThat(check()).startsWith("1 nightly: no run has come to its driver in 24 hours");
    ScriptHome.executable(folder.resolve("hadoop/bin/hadoop"), "exit 1\n");
    assertThat(check()).startsWith("1 nightly: hdfs:///sweeps/m/summary.json cannot be read");
  }

  @Test
  void theCheckSeesFailuresBehindAStopRule() throws Exception {
    String stopped = "{\"state\":\"incomplete\",\"exit_code\":4,\"sweep\":{\"state\":\"stopped\",";
    told(stopped + "\"failed\":0,\"missing\":9,\"failures\":0}," + now());
    assertThat(check()).isEqualTo("0 ");
    told(stopped + "\"failed\":0,\"missing\":9,\"failures\":20}," + now());
    assertThat(check()).startsWith("1 nightly: points failed");
    told(stopped + "\"failed\":2,\"missing\":9,\"failures\":0}," + now());
    assertThat(check()).startsWith("1 nightly: points failed");
  }

  @Test
  void theCheckLetsANightBeKilledWhereThatIsMeant() throws Exception {
    home.set("KILLED", "1");
    told("{\"state\":\"running\",\"start\":\"" + Instant.now() + "\"}");
    assertThat(check()).isEqualTo("0 ");
    told("{\"state\":\"running\",\"start\":\"2026-01-01T22:00:00.123Z\"}");
    assertThat(check()).startsWith("1 nightly: no run has come to its driver in 24 hours");
    String failed = "{\"state\":\"failed\",\"exit_code\":1,\"error\":\"trawl: ";
    told(failed + "interrupted; what was finished is kept\"," + now());
    assertThat(check()).isEqualTo("0 ");
    told(failed + "no room\"," + now());
    assertThat(check()).startsWith("1 nightly: the run failed");
  }

  /** A driver that was killed for its memory earlier is none that the line of cron killed. */
  @Test
  void theCheckLooksForWhatTheLineThatKillsHasSaid() throws Exception {
    Path said = folder.resolve("killed");
    home.set("KILLED", said.toString());
    String start = "\"start\":\"%s\"".formatted(Instant.now().minus(Duration.ofHours(8)));
    String running = "{\"state\":\"running\"," + start + "}";
    String interrupted =
        "{\"state\":\"failed\",\"exit_code\":1,\"error\":\"trawl: interrupted; kept\","
            + "%s,\"end\":\"%s\"}".formatted(start, Instant.now());
    for (String line : List.of(running, interrupted)) {
      told(line);
      Files.deleteIfExists(said);
      assertThat(check()).startsWith("1 nightly: the run ");
      Files.writeString(said, "");
      assertThat(check()).startsWith("1 nightly: the run ");
      Files.writeString(said, "Killed application application_1_0001");
      assertThat(check()).isEqualTo("0 ");
      Files.setLastModifiedTime(said, FileTime.from(Instant.now().minus(Duration.ofHours(20))));
      assertThat(check()).startsWith("1 nightly: the run ");
    }
  }

  /** A sweep may take longer than a day, and a reader may warn of something. */
  @Test
  void theCheckSaysNothingOfALongRunThatHasEndedWell() throws Exception {
    String line =
        "{\"state\":\"done\",\"start\":\"%s\",\"exit_code\":0,\"end\":\"%s\"}"
            .formatted(Instant.now().minus(Duration.ofHours(40)), Instant.now());
    ScriptHome.executable(
        folder.resolve("hadoop/bin/hadoop"), "echo WARN >&2\necho '" + line + "'\n");
    assertThat(check()).isEqualTo("0 ");
    ScriptHome.executable(folder.resolve("hadoop/bin/hadoop"), "echo No room >&2\nexit 1\n");
    assertThat(check()).startsWith("1 No room\nnightly: ");
  }

  @Test
  void theCheckReadsS3ByTheAwsCommandLine() throws Exception {
    home.set("OUTPUT", "");
    home.set("SUMMARY", "s3://models/runs/nightly.json");
    ScriptHome.executable(
        folder.resolve("aws/aws"),
        "[ \"$*\" = 's3 cp s3://models/runs/nightly.json -' ] && echo '{\"exit_code\":1,"
            + now()
            + "'\n");
    home.set("PATH", folder.resolve("aws") + ":" + System.getenv("PATH"));
    assertThat(check()).startsWith("1 nightly: the run failed");
  }

  private static String done(String best) {
    return "{\"state\":\"done\",\"exit_code\":0,\"sweep\":{\"state\":\"complete\"},\"best\":{"
        + "\"point\":\"layer-fc-1-cp-r8-s0\","
        + best
        + ",\"family_wise_p\":0.5},"
        + now();
  }

  @Test
  void publishesWhatHelps() throws Exception {
    home.set("PUBLISH_TO", "hdfs:///models/denoised");
    told(done("\"helps\":true,\"p\":1.2E-4"));
    ScriptHome.Run run = home.runScript(PUBLISH);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("program: spark-submit", "spark.executor.memoryOverhead=5g")
        .doesNotContain("--overwrite");
    String[] arguments =
        run.from("denoise").stream()
            .takeWhile(line -> !line.startsWith("SPARK_") && !line.startsWith("OPENBLAS_"))
            .toArray(String[]::new);
    assertThat(arguments)
        .containsExactly(
            "denoise",
            "--from-sweep",
            "hdfs:///sweeps/m",
            "--output",
            "hdfs:///models/denoised",
            "--summary",
            "hdfs:///sweeps/m/published.json");
    // A command in place of ours needs nothing of Spark.
    home.set("PUBLISH_TO", "");
    ScriptHome.Run other = home.runScript(PUBLISH, "printf", "%s|", "kubectl", "a b");
    assertThat(other.exitCode()).isZero();
    assertThat(other.out()).last().isEqualTo("kubectl|a b|");
  }

  /** Of as large a grid, as a larger one is another thing to tell of in the card. */
  @Test
  void aCommandIsNotRunForTheWinnerThatIsThere() throws Exception {
    home.set("PUBLISH_TO", "hdfs:///models/denoised/");
    String summary =
        "{\"state\":\"done\",\"exit_code\":0,\"output\":\"hdfs:/sweeps/m\","
            + "\"sweep\":{\"state\":\"complete\",\"planned\":4},"
            + "\"best\":{\"point\":\"layer-fc-1-cp-r8\",\"helps\":true,\"p\":0.001},"
            + now();
    String there =
        """
        {
          "config" : { "point" : "%s" },
          "sweep" : {
            "name" : "%s",
            "planned" : %d,
            "choice" : { }
          }
        }""";
    assertThat(handedOver(summary, there.formatted("layer-fc-1-cp-r8", "m", 4))).isEqualTo(4);
    assertThat(handedOver(summary, there.formatted("layer-fc-1-cp-r8", "m", 5))).isZero();
    assertThat(handedOver(summary, there.formatted("layer-fc-1-cp-r8", "other", 4))).isZero();
    assertThat(handedOver(summary, there.formatted("layer-fc-1-cp-r80", "m", 4))).isZero();
    assertThat(handedOver(summary, "")).isZero();
  }

  private int handedOver(String summary, String there) throws Exception {
    ScriptHome.executable(
        folder.resolve("hadoop/bin/hadoop"),
        "case $3 in hdfs:///models/denoised/trawl.json) echo '%s' ;; *) echo '%s' ;; esac\n"
            .formatted(there, summary));
    ScriptHome.Run run = home.runScript(PUBLISH, "echo", "handed over");
    assertThat(run.out().contains("handed over")).isEqualTo(run.exitCode() == 0);
    return run.exitCode();
  }

  @Test
  void publishesNothingElse() throws Exception {
    home.set("PUBLISH_TO", "hdfs:///models/denoised");
    told(done("\"helps\":false,\"p\":0.001"));
    assertLeft("does not help");
    told(done("\"helps\":true,\"p\":0.051"));
    assertLeft("p is above 0.05");
    home.set("LARGEST_P", "0.06");
    assertThat(home.runScript(PUBLISH).exitCode()).isZero();
    told(done("\"helps\":true,\"p\":\"NaN\""));
    assertLeft("p is above 0.06");
    told("{\"state\":\"done\",\"exit_code\":0," + now());
    assertLeft("no point is as good");
    told("{\"state\":\"incomplete\",\"exit_code\":4,\"best\":{\"helps\":true,\"p\":0}," + now());
    assertLeft("the sweep is not complete");
    told("{\"state\":\"running\"," + now());
    assertLeft("the sweep is not complete");
    home.set("LARGEST_P", "5 %");
    assertThat(home.runScript(PUBLISH).exitCode()).isEqualTo(2);
  }

  private void assertLeft(String why) throws Exception {
    ScriptHome.Run run = home.runScript(PUBLISH);
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).singleElement().asString().contains("nothing is published", why);
  }

  /** A winner of an earlier night is replaced, but only if it is another one. */
  @Test
  void replacesAnotherWinner() throws Exception {
    home.set("PUBLISH_TO", "hdfs:///models/denoised");
    home.set("FAKE_EXIT", "1");
    String refused =
        "{\"state\":\"refused\",\"exit_code\":2,\"error\":\"exists already; %s\"," + now();
    for (String remedy : List.of("give --overwrite", "choose another")) {
      ScriptHome.executable(
          folder.resolve("hadoop/bin/hadoop"),
          "case $* in *published*) echo '%s' ;; *) echo '%s' ;; esac\n"
              .formatted(refused.formatted(remedy), done("\"helps\":true,\"p\":0.001")));
      ScriptHome.Run run = home.runScript(PUBLISH);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out().contains("--overwrite")).isEqualTo(remedy.endsWith("--overwrite"));
      assertThat(run.out()).last().asString().contains(remedy);
    }
  }

  /** Its exit code and what it says. */
  private String check() throws Exception {
    ScriptHome.Run run = home.runScript("jobs/yarn/check-night.sh");
    return run.exitCode() + " " + run.err();
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    home.set("OUTPUT", "");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("OUTPUT is not set");
  }

  /** What the script reads as the summary. */
  private void told(String line) throws IOException {
    ScriptHome.executable(folder.resolve("hadoop/bin/hadoop"), "echo '" + line + "'\n");
  }
}
