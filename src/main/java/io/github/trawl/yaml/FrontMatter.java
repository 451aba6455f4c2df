package io.github.trawl.yaml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads front matter: YAML between two lines of dashes at the beginning of a Markdown page. */
public final class FrontMatter {
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\A\uFEFF?---[ \\t]*\\R(.*?)^---[ \\t]*$", Pattern.DOTALL | Pattern.MULTILINE);

  private FrontMatter() {}

  /**
   * Returns the entries of a page's front matter; empty if it has none, or no map in it. Scalars
   * are read as texts, whatever their YAML type, so that {@code language: no} is the language code
   * and not false.
   *
   * @throws InvalidYamlException as {@link SafeYaml#read}
   */
  public static Map<String, Object> of(String page) throws InvalidYamlException {
    Map<String, Object> entries = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(page);
    if (block.find()) {
      byte[] yaml = block.group(1).getBytes(StandardCharsets.UTF_8);
      try {
        if (SafeYaml.readTexts(new ByteArrayInputStream(yaml)) instanceof Map<?, ?> map) {
          map.forEach((key, value) -> entries.put(String.valueOf(key), value));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return entries;
  }
}
