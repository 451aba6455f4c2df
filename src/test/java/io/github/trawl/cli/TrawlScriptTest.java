package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jobs/trawl} makes of its options, with a java and a Spark that only tell. */
class TrawlScriptTest {
  private static final String MAIN = "io.github.trawl.cli.Main";
  private static final String[] DENOISE = {"denoise", "--model", "/a b", "--output", "/o"};

  @TempDir private Path folder;
  private ScriptHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new ScriptHome(folder);
  }

  @Test
  void answersAtOnceWithoutSpark() throws Exception {
    for (String command : new String[] {"inspect", "plan", "import"}) {
      ScriptHome.Run run = home.run(command, "--model", "a model");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("program: java", MAIN, "a model", "OPENBLAS_NUM_THREADS=1")
          .doesNotContain("-launched");
      assertThat(run.after("-cp")).startsWith(home.jar() + ":").endsWith("/spark/jars/*");
    }
    home.spark("2.13-4.2.0");
    assertThat(home.run("--help").out()).contains("program: java");
    assertThat(home.run("denoise", "--help").out()).contains("program: java");
  }

  @Test
  void inspectsWithTheJarsAndSettingsOfSpark() throws Exception {
    ScriptHome.Run run =
        home.run("--master", "yarn", "--packages", "a:b:1", "inspect", "--model", "s3a://b/m");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.after("--packages")).isEqualTo("a:b:1");
    assertThat(run.after("--deploy-mode")).isEqualTo("client");
    assertThat(run.out().lastIndexOf("local[*]")).isGreaterThan(run.out().lastIndexOf("yarn"));

    home.spark("2.13-4.2.0");
    assertThat(home.run("plan", "--model", "m").out()).contains("program: spark-submit");
  }

  @Test
  void runsTheSparkOfTheBuildWhereNoOtherIsSet() throws Exception {
    ScriptHome.Run run = home.run(DENOISE);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("-launched", "org.apache.spark.launcher.Main", "spark-internal")
        .contains("SPARK_DIST_CLASSPATH=" + home.jar(), "SPARK_SCALA_VERSION=2.13")
        .doesNotContain("--properties-file");
    assertThat(run.from("denoise")).startsWith(DENOISE);
    assertThat(home.root().resolve("target/spark/jars/slf4j-api.jar")).exists();
  }

  /** Executors of another process need all that the driver has. */
  @Test
  void findsTheJarForExecutorsOfOtherProcesses() throws Exception {
    ScriptHome.Run local = home.run(with("--master", "local-cluster[2,1,1024]"));
    assertThat(local.out()).contains("SPARK_DIST_CLASSPATH=" + home.jar(), "spark-internal");
    ScriptHome.Run spark = home.run(with("--master", "spark://host:7077"));
    assertThat(spark.out()).contains(home.jar().toString()).doesNotContain("spark-internal");
    for (String master : new String[] {"yarn", "k8s://https://host"}) {
      ScriptHome.Run refused = home.run(with("--master", master));
      assertThat(refused.exitCode()).isOne();
      assertThat(refused.err()).hasLineCount(1).contains(master, "needs SPARK_HOME");
    }
  }

  @Test
  void leavesTheSettingsOfTheSiteAndTheUser() throws Exception {
    home.spark("2.13-4.1.1");
    ScriptHome.Run run =
        home.run(with("--conf", "a=b c", "--driver-java-options", "-Dx=1 -Dy=2", "--name=My run"));
    assertThat(run.out())
        .contains("program: spark-submit")
        .containsSubsequence("--conf", "a=b c", "--driver-java-options", "-Dx=1 -Dy=2")
        .containsSubsequence("--name", "My run", "--class", MAIN, home.jar().toString())
        .doesNotContain("--properties-file");
    assertThat(run.out())
        .filteredOn(line -> line.startsWith("SPARK_SUBMIT_OPTS="))
        .singleElement()
        .asString()
        .contains("a%20home/conf/log4j2.properties");
    assertThat(run.from("denoise")).startsWith(DENOISE);
  }

  @Test
  void aFlagOfSparkTakesNoValue() throws Exception {
    home.spark("2.13-4.2.0");
    ScriptHome.Run run = home.run(with("--load-spark-defaults", "--supervise", "--verbose"));
    assertThat(run.out()).containsSubsequence("--load-spark-defaults", "--supervise", "--verbose");
    assertThat(run.from("denoise")).startsWith(DENOISE);
    ScriptHome.Run missing = home.run("--master");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("missing value after --master");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    home.javaOfVersion("11.0.2");
    assertRefused(home.run(DENOISE), "is version 11");
    home.javaOfVersion("21");
    home.set("TRAWL_JAR", "/nowhere/trawl.jar");
    assertRefused(home.run(DENOISE), "/nowhere/trawl.jar is missing", "TRAWL_JAR");
    home.set("TRAWL_JAR", "");
    home.set("SPARK_HOME", "/nowhere");
    assertRefused(home.run(DENOISE), "SPARK_HOME=/nowhere has no bin/spark-submit");
    home.set("SPARK_HOME", "");
    home.set("FAKE_LAUNCHER_FAILS", "yes");
    assertThat(home.run(DENOISE).exitCode()).isOne();
    Files.delete(home.root().resolve("target/spark.classpath"));
    assertRefused(home.run(DENOISE), "spark.classpath is missing", "mvn -DskipTests package");
    Files.delete(home.jar());
    assertRefused(home.run(DENOISE), "trawl.jar is missing", "mvn -DskipTests package");
  }

  @Test
  void refusesASparkThatIsTooOld() throws Exception {
    home.spark("2.12-3.5.1");
    assertRefused(home.run(DENOISE), "is Spark 3.5.1 with Scala 2.12", "4.0 and newer");
    home.spark("2.13-3.5.1");
    assertRefused(home.run(DENOISE), "is Spark 3.5.1 with Scala 2.13");
    home.spark("2.13-10.0.0");
    assertThat(home.run(DENOISE).exitCode()).isZero();
  }

  @Test
  void theJarOfTheClusterCanBeNamed() throws Exception {
    home.spark("2.13-4.2.0");
    home.set("TRAWL_JAR", "local:///opt/trawl/target/trawl.jar");
    assertThat(home.run(with("--master", "yarn")).out())
        .contains("local:///opt/trawl/target/trawl.jar");
    ScriptHome.Run standalone =
        home.run(with("--master", "spark://host:7077", "--deploy-mode", "cluster"));
    assertThat(standalone.err()).contains("file:/opt/trawl/target/trawl.jar");
    Path other = Files.writeString(folder.resolve("other.jar"), "");
    home.set("TRAWL_JAR", "file://" + other);
    ScriptHome.Run inspect = home.run("inspect", "--model", "m");
    assertThat(inspect.out()).as(inspect.err()).contains(other.toString());
  }

  @Test
  void refusesRelativePathsWhereTheDriverIsElsewhere() throws Exception {
    home.spark("2.13-4.2.0");
    String[] cluster = {"--master", "yarn", "--deploy-mode", "cluster", "denoise"};
    for (String flag : new String[] {"--model", "--output", "--architecture", "--config"}) {
      ScriptHome.Run run = home.run(append(cluster, flag, "some/where"));
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).hasLineCount(1).contains(flag + " some/where is relative");
      assertThat(home.run(append(cluster, flag + "=some")).exitCode()).isEqualTo(2);
      assertThat(home.run(append(cluster, flag, "hdfs://h/m")).exitCode()).isZero();
      assertThat(home.run(append(cluster, flag, "/m")).exitCode()).isZero();
    }
    String[] files = append(new String[] {"--files", "/x/c.yaml"}, cluster);
    assertThat(home.run(append(files, "--config", "c.yaml")).exitCode()).isZero();
  }

  @Test
  void theModeMayComeFromTheSite() throws Exception {
    Path spark = home.spark("2.13-4.2.0");
    Files.createDirectories(spark.resolve("conf"));
    Files.writeString(
        spark.resolve("conf/spark-defaults.conf"),
        "# of the site\nspark.master  yarn\nspark.submit.deployMode=cluster \n");
    assertThat(home.run("denoise", "--model", "m").err()).contains("--model m is relative");
    ScriptHome.Run named = home.run("denoise", "--model", "/models/bert/");
    assertThat(named.after("--name")).isEqualTo("trawl denoise bert");
    ScriptHome.Run sweep = home.run("sweep", "--output=hdfs://h/sweeps/a/", "--model", "/m/bert");
    assertThat(sweep.after("--name")).isEqualTo("trawl sweep bert a");
    assertThat(home.run("--deploy-mode", "client", "denoise", "--model", "m").exitCode()).isZero();
    Path own = Files.writeString(folder.resolve("own.conf"), "spark.master local\n");
    assertThat(home.run("--properties-file", own.toString(), "denoise", "--model", "m").exitCode())
        .as("Spark reads it in place of the site's")
        .isZero();
    assertThat(
            home.run(
                    "--properties-file",
                    own.toString(),
                    "--load-spark-defaults",
                    "denoise",
                    "--model",
                    "m")
                .exitCode())
        .isEqualTo(2);
  }

  @Test
  void aDriverOnAStandaloneClusterHasWhatItNeeds() throws Exception {
    Path spark = home.spark("2.13-4.2.0");
    home.set("FAKE_STATE", "10:00:00 State of driver driver-1-0000 is FINISHED, exiting");
    String[] cluster = {"--master", "spark://h:7077", "--deploy-mode=cluster"};
    ScriptHome.Run run = home.run(with(append(cluster, "--driver-java-options", "-Dmine=1")));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("spark.standalone.submit.waitAppCompletion=true");
    assertThat(run.err().lines().filter(line -> line.startsWith("--add-opens")))
        .singleElement()
        .asString()
        .contains("java.base/java.nio=ALL-UNNAMED")
        .endsWith(" -Dmine=1");
    Files.createDirectories(spark.resolve("conf"));
    Files.writeString(
        spark.resolve("conf/spark-defaults.conf"), "spark.driver.extraJavaOptions -Dsite=1 -Db=2");
    assertThat(home.run(with(cluster)).err()).contains(" -Dsite=1 -Db=2\n");
  }

  @Test
  void aDriverThatFailsOnAStandaloneClusterIsAFailure() throws Exception {
    home.spark("2.13-4.2.0");
    String[] cluster = {"--master", "spark://h:7077", "--deploy-mode", "cluster"};
    home.set("FAKE_STATE", "10:00:00 State of driver driver-1-0000 is FAILED, exiting");
    assertThat(home.run(with(cluster)).exitCode()).isOne();
    assertThat(home.run(with(cluster)).err()).contains("the driver ended as FAILED");
    home.set("FAKE_STATE", "");
    assertThat(home.run(with(cluster)).err()).contains("the driver ended as unknown");
    String[] unwatched =
        append(cluster, "--conf", "spark.standalone.submit.waitAppCompletion=false");
    assertThat(home.run(with(unwatched)).exitCode()).isZero();
  }

  @Test
  void theExitCodeIsThatOfTheCommand() throws Exception {
    home.set("FAKE_EXIT", "3");
    assertThat(home.run("inspect", "--model", "m").exitCode()).isEqualTo(3);
    assertThat(home.run(DENOISE).exitCode()).isEqualTo(3);
    home.spark("2.13-4.2.0");
    assertThat(home.run(DENOISE).exitCode()).isEqualTo(3);
  }

  private static void assertRefused(ScriptHome.Run run, String... words) {
    assertThat(run.exitCode()).isOne();
    assertThat(run.err()).hasLineCount(1).startsWith("trawl: ").contains(words);
    assertThat(run.out()).isEmpty();
  }

  /** Options of Spark's before a whole command. */
  private static String[] with(String... options) {
    return append(options, DENOISE);
  }

  private static String[] append(String[] first, String... rest) {
    String[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }
}
