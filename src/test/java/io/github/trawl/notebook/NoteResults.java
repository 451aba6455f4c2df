package io.github.trawl.notebook;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes the results of a note that was run in Zeppelin and exported into the note of the
 * repository, and nothing else of it: neither dates, users and places of the run nor its form
 * fields.
 */
final class NoteResults {
  private NoteResults() {}

  /**
   * Writes results into a note.
   *
   * @param arguments the exported note, and the note of the repository
   */
  public static void main(String[] arguments) throws IOException {
    Note saved = Note.read(Path.of(arguments[1]));
    take(JsonParser.parseString(Files.readString(Path.of(arguments[0]))).getAsJsonObject(), saved);
    Files.writeString(Path.of(arguments[1]), saved.text());
  }

  /** Puts the results of the paragraphs of {@code exported} into those of {@code saved}. */
  static void take(JsonObject exported, Note saved) {
    List<Note.Paragraph> from = new Note(exported).paragraphs();
    List<Note.Paragraph> to = saved.paragraphs();
    for (int i = 0; i < to.size(); i++) {
      if (!to.get(i).code().equals(from.get(i).code())) {
        throw new IllegalArgumentException(to.get(i) + " has another text than what was run");
      }
      JsonObject paragraph = to.get(i).json();
      JsonObject results = new JsonObject();
      JsonObject ran = from.get(i).json().getAsJsonObject("results");
      results.add("code", ran.get("code"));
      JsonArray messages = new JsonArray();
      for (JsonElement message : ran.getAsJsonArray("msg")) {
        // What the interpreter says of each value differs from run to run.
        if (message.getAsJsonObject().get("type").getAsString().equals("TABLE")) {
          messages.add(message);
        }
      }
      results.add("msg", messages);
      put(paragraph, results);
    }
  }

  /** With the keys in Zeppelin's order: results stand behind settings. */
  private static void put(JsonObject paragraph, JsonObject results) {
    JsonObject old = paragraph.deepCopy();
    for (String key : List.copyOf(paragraph.keySet())) {
      paragraph.remove(key);
    }
    for (String key : old.keySet()) {
      if (!key.equals("results")) {
        paragraph.add(key, old.get(key));
      }
      if (key.equals("settings")) {
        paragraph.add("results", results);
      }
    }
    paragraph.addProperty("status", "FINISHED");
  }
}
