package io.github.trawl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * An application of {@code jobs/kubernetes}, whoever submits it.
 *
 * @param name of the file
 * @param arguments of our command line
 * @param settings Spark's, those that an operator makes of fields included
 */
record KubernetesApplication(String name, List<String> arguments, Map<String, String> settings) {
  static final Path FOLDER = Path.of("jobs", "kubernetes");

  /** The manifests for operators. */
  static List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(KubernetesApplication::isManifest).sorted().toList();
    }
  }

  private static boolean isManifest(Path file) {
    return file.getParent().toString().endsWith("-operator") && file.toString().endsWith(".yaml");
  }

  /** The documents of a YAML file, without duplicate keys. */
  static List<Map<?, ?>> documents(Path file) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Map<?, ?>> documents = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(Files.readString(file))) {
      documents.add((Map<?, ?>) document);
    }
    return documents;
  }

  /** The application of a document. */
  static KubernetesApplication of(Path file, Map<?, ?> document) {
    Map<?, ?> spec = map(document.get("spec"));
    if (document.get("kind").equals("ScheduledSparkApplication")) {
      spec = map(spec.get("template"));
    }
    Map<String, String> settings = new TreeMap<>();
    map(spec.get("sparkConf")).forEach((key, value) -> settings.put((String) key, (String) value));
    boolean apache = document.get("apiVersion").equals("spark.apache.org/v1");
    if (!apache) {
      for (String role : List.of("driver", "executor")) {
        Map<?, ?> pod = map(spec.get(role));
        for (String field : List.of("cores", "memory", "memoryOverhead", "instances")) {
          if (pod.containsKey(field)) {
            settings.put("spark." + role + "." + field, pod.get(field).toString());
          }
        }
      }
    }
    List<String> arguments =
        ((List<?>) spec.get(apache ? "driverArgs" : "arguments"))
            .stream().map(String.class::cast).toList();
    return new KubernetesApplication(file.toString(), arguments, settings);
  }

  /** The settings for spark-submit. */
  static Map<String, String> properties() throws IOException {
    Properties properties = new Properties();
    try (InputStream stream = Files.newInputStream(FOLDER.resolve("trawl.conf"))) {
      properties.load(stream);
    }
    Map<String, String> settings = new HashMap<>();
    properties.forEach((key, value) -> settings.put((String) key, (String) value));
    return settings;
  }

  static Map<?, ?> map(Object value) {
    return value == null ? Map.of() : (Map<?, ?>) value;
  }
}
