package io.github.trawl.evaluation.task;

import io.github.trawl.yaml.InvalidYamlException;
import io.github.trawl.yaml.SafeYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The task files that are resources of this package. */
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

  /** Returns whether the data of a task is a resource, too. */
  static boolean hasOwnData(String name) {
    return name.equals("world-facts");
  }

  /** Returns the keys and values of a built-in task's file. */
  static Map<?, ?> content(String name) {
    try (InputStream stream = BuiltInTasks.class.getResourceAsStream(name + ".yaml")) {
      return (Map<?, ?>) SafeYaml.read(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InvalidYamlException e) {
      throw new IllegalStateException("the built-in task " + name + " is not valid YAML", e);
    }
  }
}
