package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code jobs/yarn/nightly.sh} submits, and how it ends. */
class NightlyScriptTest {
  private static final String SCRIPT = "jobs/yarn/nightly.sh";

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
    home.set("OPTIONS", "--packages a:b:1 --name nightly");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.out()).contains("spark.yarn.maxAppAttempts=1");
    assertThat(run.after("--packages")).isEqualTo("a:b:1");
    assertThat(run.after("--name")).isEqualTo("nightly");
  }

  private static String now() {
    return "\"start\":\"" + Instant.now() + "\"}";
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
    Files.writeString(
        folder.resolve("grid.yaml"), "memory:\n  off-heap: 56g\nstop:\n  hours: 6\ngrid:\n");
    ScriptHome.Run run = home.runScript(SCRIPT);
    assertThat(run.out())
        .contains("spark.yarn.maxAppAttempts=1")
        .doesNotContain("--memory.off-heap");
    assertThat(run.after("--executors")).isEqualTo("4");
    home.set("OFF_HEAP", "8g");
    assertThat(home.runScript(SCRIPT).after("--memory.off-heap")).isEqualTo("8g");
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
    assertThat(check()).startsWith("1 nightly: the run is still at work");
    told("{\"state\":\"refused\",\"exit_code\":2," + now());
    assertThat(check()).startsWith("1 nightly: the run failed");
    told("{\"state\":\"done\",\"exit_code\":0,\"start\":\"2026-01-01T22:00:00.123Z\"}");
    assertThat(check()).startsWith("1 nightly: no run has come to its driver in 24 hours");
    ScriptHome.executable(folder.resolve("hadoop/bin/hadoop"), "exit 1\n");
    assertThat(check()).startsWith("1 nightly: hdfs:///sweeps/m/summary.json cannot be read");
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
