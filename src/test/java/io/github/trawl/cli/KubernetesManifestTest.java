package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.spark.ContainerMemory;
import io.github.trawl.sweep.Grid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.util.JavaUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The manifests for Kubernetes say what the operators, Spark and our command line understand. */
class KubernetesManifestTest {
  private static final String FIELDS = "src/test/resources/kubernetes/fields.txt";
  private static final String MOUNT = "file:///etc/trawl/";

  @TempDir private static Path folder;
  private static Map<String, Map<String, String>> fields;

  static List<Path> manifests() throws IOException {
    return KubernetesApplication.manifests();
  }

  @BeforeAll
  static void readFields() throws IOException {
    fields = new HashMap<>();
    String kind = "";
    for (String line : Files.readAllLines(Path.of(FIELDS))) {
      if (line.startsWith("# ") && line.matches("# \\S+/v1\\S* \\w+")) {
        kind = line.substring(2);
      } else if (!line.startsWith("#") && !line.isBlank()) {
        String[] words = line.split(" ", 2);
        fields.computeIfAbsent(kind, key -> new HashMap<>()).put(words[0], words[1]);
      }
    }
  }

  @Test
  void thereIsOneForEachPurpose() throws IOException {
    assertThat(manifests().stream().map(file -> KubernetesApplication.FOLDER.relativize(file)))
        .extracting(Path::toString)
        .containsExactly(
            "apache-operator/denoise.yaml",
            "apache-operator/sweep.yaml",
            "spark-operator/denoise.yaml",
            "spark-operator/nightly-sweep.yaml",
            "spark-operator/sweep.yaml");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void operatorsKnowTheFields(Path file) throws IOException {
    for (Map<?, ?> document : KubernetesApplication.documents(file)) {
      List<String> wrong = new ArrayList<>();
      String kind = document.get("apiVersion") + " " + document.get("kind");
      check(document.get("spec"), "spec", fields.get(kind), wrong);
      assertThat(wrong).as(kind).isEmpty();
    }
  }

  /** What the sweeps mount, which no run starts with: applying it begins nothing. */
  @Test
  void theGridIsAConfigMapOfTheNameThatTheyMount() throws IOException {
    Map<?, ?> grid =
        KubernetesApplication.documents(KubernetesApplication.FOLDER.resolve("grid.yaml")).get(0);
    assertThat(grid.get("kind")).isEqualTo("ConfigMap");
    String name = (String) KubernetesApplication.map(grid.get("metadata")).get("name");
    for (Path file : manifests()) {
      if (file.toString().contains("sweep")) {
        assertThat(Files.readString(file)).contains("name: " + name + "\n");
      }
    }
  }

  /** So that one check of the nights sees a run by hand, too. */
  @Test
  void sweepsOfOneOutputWriteOneSummary() throws IOException {
    List<String> summaries = new ArrayList<>();
    for (Path file : manifests()) {
      if (file.toString().contains("sweep")) {
        for (KubernetesApplication application : applications(file)) {
          summaries.add(parse(application).subcommand().matchedOptionValue(SummaryOption.NAME, ""));
        }
      }
    }
    assertThat(summaries).hasSize(3).containsOnly("s3a://models/runs/sweep.json");
  }

  /** Fields that the schemas require, and what makes a schedule of a sweep safe. */
  @ParameterizedTest
  @MethodSource("manifests")
  void runsAreStartedAgainAndNeverTwiceAtATime(Path file) throws IOException {
    for (Map<?, ?> document : KubernetesApplication.documents(file)) {
      Map<?, ?> spec = KubernetesApplication.map(document.get("spec"));
      switch ((String) document.get("kind")) {
        case "ScheduledSparkApplication" -> {
          assertThat(spec.get("concurrencyPolicy")).isEqualTo("Forbid");
          assertThat((String) spec.get("schedule")).matches("(\\S+ ){4}\\S+");
          requireOperator(KubernetesApplication.map(spec.get("template")));
        }
        case "SparkApplication" -> {
          if (document.get("apiVersion").equals("spark.apache.org/v1")) {
            Map<?, ?> restart =
                KubernetesApplication.map(
                    KubernetesApplication.map(spec.get("applicationTolerations"))
                        .get("restartConfig"));
            assertThat(restart.get("restartPolicy")).isEqualTo("OnFailure");
            assertThat(KubernetesApplication.map(spec.get("runtimeVersions")).get("sparkVersion"))
                .isEqualTo("4.2.0");
          } else {
            requireOperator(spec);
          }
        }
        default -> throw new AssertionError(file + " has a " + document.get("kind"));
      }
    }
  }

  private static void requireOperator(Map<?, ?> spec) {
    assertThat(spec.get("sparkVersion")).isEqualTo("4.2.0");
    assertThat(spec.get("type")).isEqualTo("Java");
    assertThat(spec.get("mainClass")).isEqualTo(Main.class.getName());
    Map<?, ?> restart = KubernetesApplication.map(spec.get("restartPolicy"));
    assertThat(restart.get("type")).isEqualTo("OnFailure");
    assertThat((Integer) restart.get("onFailureRetries")).isPositive();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void sparkAndTheCommandLineKnowWhatTheySay(Path file) throws IOException {
    for (KubernetesApplication application : applications(file)) {
      assertThat(refusals(application.settings())).isEmpty();
      CommandLine.ParseResult parsed = parse(application);
      assertThat(parsed.subcommand().matchedOptionValue(SummaryOption.NAME, ""))
          .startsWith("s3a://");
      if (parsed.subcommand().commandSpec().name().equals("sweep")) {
        String grid = parsed.subcommand().matchedOptionValue("--grid", "");
        assertThat(GridFile.read(grid, new Configuration())).isInstanceOf(Grid.class);
        assertThat(parsed.subcommand().hasMatchedOption("--output")).isTrue();
      }
    }
  }

  @Test
  void sparkKnowsTheSettingsForSparkSubmit() throws IOException {
    Map<String, String> settings = KubernetesApplication.properties();
    assertThat(settings).hasSizeGreaterThan(15);
    assertThat(refusals(settings)).isEmpty();
    assertThat(Path.of(settings.get("spark.kubernetes.executor.podTemplateFile"))).exists();
  }

  /** That the registry is asked: a key that Spark does not have, and a value that it refuses. */
  @Test
  void wrongSettingsWouldBeFound() {
    assertThat(SparkKeys.refusal("spark.kubernetes.executor.podTemplate", "x")).isPresent();
    assertThat(SparkKeys.refusal("spark.executor.memory", "2 gigabytes")).isPresent();
    assertThat(SparkKeys.refusal("spark.executor.memory", "2g")).isEmpty();
  }

  /** All of them are about LLaMA-2-7B. */
  @ParameterizedTest
  @MethodSource("manifests")
  void memoryFitsWhatIsPlanned(Path file) throws IOException {
    Path model = folder.resolve("llama");
    if (!Files.exists(model)) {
      LlamaShape.write(model);
    }
    for (KubernetesApplication application : applications(file)) {
      Map<String, String> settings = application.settings();
      CommandLine.ParseResult parsed = parse(application).subcommand();
      long offHeap = parsed.<ByteSize>matchedOptionValue("--memory.off-heap", null).bytes();
      assertThat(bytes(settings, "spark.executor.memoryOverhead"))
          .isGreaterThanOrEqualTo(ContainerMemory.overheadBytes(offHeap));
      assertThat(bytes(settings, "spark.executor.memory")).isGreaterThanOrEqualTo(2L << 30);
      assertThat(bytes(settings, "spark.driver.memory")).isGreaterThanOrEqualTo(1L << 30);
      if (parsed.commandSpec().name().equals("sweep")) {
        // Each executor holds the model in float32.
        assertThat(offHeap).isGreaterThan(LlamaShape.FLOAT_BYTES + (4L << 30));
      } else {
        int cores = Integer.parseInt(settings.get("spark.executor.cores"));
        assertThat(offHeap).isGreaterThanOrEqualTo(cores * taskBytes(application, model));
      }
    }
  }

  /** What trawl plan says of the very arguments. */
  private static long taskBytes(KubernetesApplication application, Path model) throws IOException {
    List<String> arguments = new ArrayList<>(application.arguments());
    arguments.set(0, "plan");
    arguments.removeIf(argument -> argument.startsWith("--model="));
    arguments.addAll(List.of("--model=" + model, "--json"));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    long bytes = new ObjectMapper().readTree(run.out()).get("task_off_heap_bytes").asLong();
    // Of docs/sizing.md, computed by its formula.
    assertThat(bytes).isEqualTo(274_399_232);
    return bytes;
  }

  /** With Spark's own image, whose user is 185, and nothing that the context lacks. */
  @Test
  void theImageIsBuiltOfWhatTheScriptAssembles() throws IOException, InterruptedException {
    List<String> dockerfile =
        Files.readAllLines(KubernetesApplication.FOLDER.resolve("Dockerfile")).stream()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .toList();
    assertThat(dockerfile.get(0))
        .isEqualTo("ARG SPARK_IMAGE=apache/spark:4.2.0-scala2.13-java17-ubuntu");
    assertThat(dockerfile).contains("FROM ${SPARK_IMAGE}").last().isEqualTo("USER 185");
    Path jar = Files.writeString(folder.resolve("made.jar"), "jar");
    Path context = folder.resolve("context");
    // Of an image with another Spark.
    Path old = Files.createDirectories(context.resolve("jars")).resolve("hadoop-aws-3.4.1.jar");
    Files.writeString(old, "");
    assertThat(buildContext(context, jar.toString())).startsWith("0 ");
    assertThat(old).doesNotExist();
    assertThat(buildContext(context, "hdfs:///apps/trawl/trawl.jar"))
        .startsWith("2 ")
        .contains("TRAWL_JAR=hdfs:///apps/trawl/trawl.jar is no file here");
    for (String line : dockerfile) {
      if (line.startsWith("COPY ")) {
        String[] words = line.split(" ", -1);
        assertThat(context.resolve(words[1])).exists();
        assertThat(words[2]).startsWith("/opt/");
      }
      assertThat(line).doesNotContain(":latest").doesNotStartWith("ADD ");
    }
    assertThat(context.resolve("trawl.jar")).hasContent("jar");
    assertThat(dockerfile).contains("COPY trawl.jar /opt/trawl/target/trawl.jar");
  }

  /** The exit code of the script and what it says. */
  private static String buildContext(Path context, String jar)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("jobs/kubernetes/build-context", context.toString())
            .redirectErrorStream(true);
    builder.environment().put("TRAWL_JAR", jar);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }

  private static List<KubernetesApplication> applications(Path file) throws IOException {
    return KubernetesApplication.documents(file).stream()
        .map(document -> KubernetesApplication.of(file, document))
        .toList();
  }

  private static List<String> refusals(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(entry -> SparkKeys.refusal(entry.getKey(), entry.getValue()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Reads the arguments as the driver does, with the files of the config map in a folder here. */
  private static CommandLine.ParseResult parse(KubernetesApplication application)
      throws IOException {
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    Map<?, ?> grid =
        KubernetesApplication.documents(KubernetesApplication.FOLDER.resolve("grid.yaml")).get(0);
    for (Map.Entry<?, ?> entry : KubernetesApplication.map(grid.get("data")).entrySet()) {
      Files.writeString(mounted.resolve((String) entry.getKey()), (String) entry.getValue());
    }
    String[] arguments =
        application.arguments().stream()
            .map(argument -> argument.replace(MOUNT, mounted + "/"))
            .toArray(String[]::new);
    CommandLine commands = new CommandLine(new TrawlCommand());
    EnumConverter.register(commands);
    commands.setOverwrittenOptionsAllowed(true);
    return commands.parseArgs(ConfigArguments.expand(arguments, commands));
  }

  private static long bytes(Map<String, String> settings, String key) {
    return JavaUtils.byteStringAsBytes(settings.get(key));
  }

  /** Compares what a manifest holds with the list of known fields. */
  private static void check(
      Object value, String path, Map<String, String> known, List<String> wrong) {
    if (path.equals("spec.template") && known.containsKey(path)) {
      check(value, "spec", fields.get(known.get(path)), wrong);
    } else if (value instanceof Map<?, ?> map) {
      boolean free = known.containsKey(path + ".*");
      map.forEach((key, each) -> check(each, path + "." + (free ? "*" : key), known, wrong));
    } else if (value instanceof List<?> list) {
      list.forEach(each -> check(each, path + "[]", known, wrong));
    } else if (!isOf(known.getOrDefault(path, "unknown"), value)) {
      wrong.add(path + ": " + value + " is no " + known.getOrDefault(path, "known field"));
    }
  }

  private static boolean isOf(String type, Object value) {
    String[] words = type.split(" ", 2);
    boolean allowed =
        words.length == 1 || Arrays.asList(words[1].split(Pattern.quote("|"))).contains(value);
    return allowed
        && switch (words[0]) {
          case "string" -> value instanceof String;
          case "integer" -> value instanceof Integer;
          case "boolean" -> value instanceof Boolean;
          case "intOrString" -> value instanceof String || value instanceof Integer;
          default -> false;
        };
  }
}
