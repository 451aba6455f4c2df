package io.github.trawl.notebook;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A note in the format in which Zeppelin saves it. */
record Note(JsonObject json) {
  /** As Zeppelin's own: pretty, and with escapes for what HTML gives a meaning. */
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("notebooks"))) {
      return files.filter(file -> file.toString().endsWith(".zpln")).sorted().toList();
    }
  }

  static Note read(Path file) throws IOException {
    return new Note(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
  }

  String text() {
    return GSON.toJson(json);
  }

  List<Paragraph> paragraphs() {
    return json.getAsJsonArray("paragraphs").asList().stream()
        .map(each -> new Paragraph(each.getAsJsonObject()))
        .toList();
  }

  /** A paragraph of a note. */
  record Paragraph(JsonObject json) {
    String title() {
      return json.get("title").getAsString();
    }

    /** The interpreter with its properties, such as {@code %spark.sql}. */
    String interpreter() {
      return json.get("text").getAsString().split("\\s", 2)[0];
    }

    boolean isSql() {
      return interpreter().equals("%spark.sql");
    }

    /** What the interpreter gets. */
    String code() {
      return json.get("text").getAsString().split("\\s", 2)[1];
    }

    /** How its first result is shown. */
    JsonObject graph() {
      return json.getAsJsonObject("config")
          .getAsJsonObject("results")
          .getAsJsonObject("0")
          .getAsJsonObject("graph");
    }

    JsonObject forms() {
      return json.getAsJsonObject("settings").getAsJsonObject("forms");
    }

    @Override
    public String toString() {
      return title();
    }
  }
}
