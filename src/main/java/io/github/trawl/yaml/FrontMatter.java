package io.github.trawl.yaml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The YAML between two lines of dashes with which a Markdown page may begin. */
public final class FrontMatter {
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\A\uFEFF?---[ \\t]*\\R(.*?)^---[ \\t]*$", Pattern.DOTALL | Pattern.MULTILINE);

  private FrontMatter() {}

  /**
   * The entries of a page's front matter, with all scalars as the texts that stand there: {@code
   * language: no} is Norwegian and not false. Empty if the page has none.
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
