package io.github.trawl.notebook;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What notes use of {@code z}, the context of Zeppelin. */
public final class NoteContext {
  private final Map<String, String> forms;
  private final Set<String> asked = new HashSet<>();
  private final List<Dataset<Row>> shown = new ArrayList<>();

  /**
   * @param forms the values of form fields
   */
  NoteContext(Map<String, String> forms) {
    this.forms = Map.copyOf(forms);
  }

  /** The value of a form field; its default if the user gave none. */
  public Object textbox(String name, String defaultValue) {
    asked.add(name);
    return forms.getOrDefault(name, defaultValue);
  }

  /** Shows a table. */
  @SuppressWarnings("unchecked")
  public void show(Object table) {
    shown.add((Dataset<Row>) table);
  }

  Set<String> asked() {
    return asked;
  }

  /** The tables that were shown since the last call. */
  List<Dataset<Row>> takeShown() {
    List<Dataset<Row>> taken = List.copyOf(shown);
    shown.clear();
    return taken;
  }
}
