package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.spark.launcher.InProcessLauncher;
import org.apache.spark.launcher.SparkAppHandle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What spark-submit asks of Kubernetes with our settings. */
@Tag("slow")
class KubernetesSubmissionTest {
  @TempDir private java.nio.file.Path folder;

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void theDriverPodIsAsTheSettingsSay() throws IOException, InterruptedException {
    try (FakeApiServer server = new FakeApiServer()) {
      submit(server.url());
      assertThat(server.objects("Pod")).hasSize(1);
      JsonNode pod = server.objects("Pod").get(0);
      assertThat(pod.at("/metadata/namespace").asText()).isEqualTo("models");
      assertThat(pod.at("/spec/serviceAccountName").asText()).isEqualTo("spark");
      assertThat(pod.at("/spec/containers")).hasSize(1);
      JsonNode driver = pod.at("/spec/containers/0");
      assertThat(driver.get("image").asText()).isEqualTo("registry.example.com/trawl:0.1.0");
      // A heap of 1 GiB and 1 GiB beside it.
      assertThat(driver.at("/resources/limits/memory").asText()).isEqualTo("2048Mi");
      assertThat(driver.at("/resources/requests/memory").asText()).isEqualTo("2048Mi");
      List<String> arguments = new ArrayList<>();
      driver.get("args").forEach(each -> arguments.add(each.asText()));
      assertThat(arguments)
          .startsWith("driver")
          .containsSubsequence(
              "--class",
              Main.class.getName(),
              "local:///opt/trawl/target/trawl.jar",
              "denoise",
              "--model=s3a://models/llama-2-7b",
              "--memory.off-heap=4g");
      assertSecret(driver, "AWS_ACCESS_KEY_ID", "access-key");
      assertSecret(driver, "AWS_SECRET_ACCESS_KEY", "secret-key");

      assertThat(properties(server))
          .containsEntry("spark.executor.instances", "4")
          .containsEntry("spark.executor.memory", "2g")
          .containsEntry("spark.executor.memoryOverhead", "5g")
          .containsEntry("spark.metrics.namespace", "trawl")
          // Spark brings it to the driver, which makes the pods of executors of it.
          .containsEntry(
              "spark.kubernetes.executor.podTemplateFile",
              "/opt/spark/pod-template/pod-spec-template.yml");
      assertThat(template(server)).contains("spark-local-dir-1", "mountPath: /scratch");
    }
  }

  private void submit(String url) throws IOException, InterruptedException {
    InProcessLauncher launcher = new InProcessLauncher();
    launcher.setMaster("k8s://" + url);
    launcher.setMainClass(Main.class.getName());
    launcher.setAppResource("local:///opt/trawl/target/trawl.jar");
    for (Map.Entry<String, String> setting : KubernetesApplication.properties().entrySet()) {
      launcher.setConf(setting.getKey(), setting.getValue());
    }
    launcher.setConf("spark.kubernetes.submission.waitAppCompletion", "false");
    launcher.setConf("spark.local.dir", folder.toString());
    launcher.addAppArgs(
        "denoise",
        "--model=s3a://models/llama-2-7b",
        "--output=s3a://models/denoised",
        "--rank=64",
        "--memory.off-heap=4g");
    SparkAppHandle handle = launcher.startApplication();
    while (!handle.getState().isFinal()) {
      Thread.sleep(20);
    }
    assertThat(handle.getError()).isEmpty();
  }

  private static void assertSecret(JsonNode container, String variable, String key) {
    List<JsonNode> found =
        StreamSupport.stream(container.get("env").spliterator(), false)
            .filter(each -> each.get("name").asText().equals(variable))
            .toList();
    assertThat(found).hasSize(1);
    JsonNode reference = found.get(0).at("/valueFrom/secretKeyRef");
    assertThat(reference.get("name").asText()).isEqualTo("trawl-s3");
    assertThat(reference.get("key").asText()).isEqualTo(key);
  }

  private static Properties properties(FakeApiServer server) throws IOException {
    Properties properties = new Properties();
    for (JsonNode map : server.objects("ConfigMap")) {
      properties.load(new StringReader(map.at("/data/spark.properties").asText()));
    }
    return properties;
  }

  /** The pod template, which Spark hands on as it is. */
  private static String template(FakeApiServer server) {
    return server.objects("ConfigMap").stream()
        .flatMap(map -> StreamSupport.stream(map.get("data").spliterator(), false))
        .map(JsonNode::asText)
        .filter(text -> text.contains("kind: Pod"))
        .findFirst()
        .orElseThrow();
  }
}
