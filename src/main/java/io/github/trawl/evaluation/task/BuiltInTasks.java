package io.github.trawl.evaluation.task;

import io.github.trawl.yaml.InvalidYamlException;
import io.github.trawl.yaml.SafeYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Task files that come as resources of this package. */
final class BuiltInTasks {
  static final List<String> NAMES =
      List.of(
          "arc",
          "bios",
          "epistemic-reasoning",
          "hotpotqa",
          "lambada",
          "qa-wikidata",
          "wikitext",
          "world-facts");

  private BuiltInTasks() {}

  /** Whether the data comes with the program, too. */
  static boolean hasOwnData(String name) {
    return name.equals("world-facts");
  }

  static Map<?, ?> content(String name) {
    try (InputStream stream = BuiltInTasks.class.getResourceAsStream(name + ".yaml")) {
      return (Map<?, ?>) SafeYaml.read(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InvalidYamlException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
