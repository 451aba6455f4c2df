package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.denoise.HdfsStore;
import io.github.trawl.denoise.S3Store;
import io.github.trawl.denoise.Store;
import io.github.trawl.evaluation.SmallModels;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose every path is a URI of HDFS or S3, with storage settings of Spark's alone. */
@Tag("slow")
class StoreCommandsTest {
  @TempDir private java.nio.file.Path folder;

  @BeforeEach
  void writeModelAndTask() throws IOException {
    LocalSpark.use(folder);
    SmallModels.write("bert", folder.resolve("here/model"));
    SmallModels.task(folder.resolve("here/task"), 40);
    Files.writeString(
        folder.resolve("here/grid.yaml"),
        "screen: none\ngrid:\n  - {layers: each, method: cp, rank: 1..2}\n");
  }

  @AfterEach
  void forgetSettings() {
    LocalSpark.forget();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a"})
  @Timeout(600)
  void doWhatTheyDoOnLocalFiles(String name) throws IOException {
    List<String> here = run(folder.resolve("here").toUri().toString());
    try (Store store =
        name.equals("hdfs")
            ? new HdfsStore(folder.resolve("hdfs"))
            : new S3Store(folder.resolve("s3"))) {
      store.options().forEach((key, value) -> System.setProperty("spark.hadoop." + key, value));
      FileSystem fileSystem = store.root().getFileSystem(store.hadoop());
      for (String directory : List.of("model", "task", "grid.yaml")) {
        fileSystem.copyFromLocalFile(
            new Path(folder.resolve("here").resolve(directory).toUri()),
            new Path(store.root(), directory));
      }
      assertThat(run(store.root() + "/")).isEqualTo(here);
      Map<String, String> tree = store.tree(store.root());
      assertThat(tree).containsKeys("scores-examples.parquet/_SUCCESS", "summary.json");
      assertThat(tree.keySet()).noneMatch(file -> file.contains("staging"));
      JsonNode summary = new ObjectMapper().readTree(tree.get("summary.json"));
      assertThat(summary.get("state").asText()).isEqualTo("done");
      ObjectNode result = (ObjectNode) new ObjectMapper().readTree(tree.get("sweep/result.json"));
      assertThat(result(result))
          .isEqualTo(
              result(
                  (ObjectNode)
                      new ObjectMapper()
                          .readTree(folder.resolve("here/sweep/result.json").toFile())));
    }
  }

  /** What was found, without what it took and where. */
  private static ObjectNode result(ObjectNode result) {
    result.remove(List.of("costs", "model"));
    return result;
  }

  /** What the commands say, without the place and times. */
  private static List<String> run(String root) {
    List<String> said = new ArrayList<>();
    String model = "--model=" + root + "model";
    String task = "--task=" + root + "task/words.yaml";
    said.add(say("inspect", model));
    said.add(say("plan", model, "--matrices", "fc", "--rank", "2"));
    said.add(
        say("evaluate", model, task, "--output=" + root + "scores.json", "--memory.off-heap=256m"));
    String[] sweep = {
      "sweep",
      model,
      task,
      "--config=" + root + "grid.yaml",
      "--output=" + root + "sweep",
      "--summary=" + root + "summary.json",
      "--memory.off-heap=256m"
    };
    say(sweep);
    said.add(say(sweep));
    said.add(say("sweep", "--status=" + root + "sweep"));
    say("report", "--sweep=" + root + "sweep", "--output=" + root + "report.html");
    said.add(say("inspect", "--model=" + denoised(root)));
    // The S3 server lists a directory that holds nothing any more.
    said.add(say("clean", root).lines().reduce((first, last) -> last).orElseThrow());
    return said.stream()
        .map(text -> text.replace(root, "ROOT/").replace(root.replace("///", "/"), "ROOT/"))
        .map(text -> text.replaceAll("[0-9.]+ s\\b|[0-9.,]+ tokens/s", "…"))
        .toList();
  }

  private static String denoised(String root) {
    String output = root + "denoised";
    say(
        "denoise",
        "--from-sweep=" + root + "sweep",
        "--point=layer-fc-0-cp-r2-s0",
        "--output=" + output,
        "--memory.off-heap=256m");
    return output;
  }

  private static String say(String... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as("%s: %s", List.of(arguments), run.err()).isZero();
    return run.out();
  }
}
