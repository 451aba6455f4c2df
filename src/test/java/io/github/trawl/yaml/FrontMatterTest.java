package io.github.trawl.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontMatterTest {
  @Test
  void scalarsAreTheTextsThatStandThere() throws InvalidYamlException {
    String page =
        "---\nlanguage:\n- no\n- en\nlicense: 1e3\ndate: 2026-01-01\n---\n# no: title\n---\n";
    assertThat(FrontMatter.of(page))
        .containsExactly(
            Map.entry("language", List.of("no", "en")),
            Map.entry("license", "1e3"),
            Map.entry("date", "2026-01-01"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "# title\n---\na: b\n---\n", "---\na: b\n", "---\n---\n", "---\n- a\n---\n"})
  void aPageWithoutOneHasNoEntries(String page) throws InvalidYamlException {
    assertThat(FrontMatter.of(page)).isEmpty();
  }

  @Test
  void whatIsNoYamlIsRefused() {
    assertThatThrownBy(() -> FrontMatter.of("---\na: [\n---\n"))
        .isInstanceOf(InvalidYamlException.class);
    assertThatThrownBy(() -> FrontMatter.of("---\na: !!java.net.URL [http://x]\n---\n"))
        .isInstanceOf(InvalidYamlException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script>",
        "a: b # c",
        "no",
        "null",
        "1e3",
        "0o17",
        "0x1F",
        "2026-01-01",
        "- a",
        "---",
        "...",
        "%a",
        "@a",
        "a\nb",
        "\"'`",
        "",
        " ",
        "\u0007\u2028é",
        "{{a}}",
        "!!x",
        "&a *b"
      })
  void anyTextIsReadBackAsItWas(String text) throws IOException, InvalidYamlException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put(text, text);
    content.put("list", List.of(text, 7, 0.25, true));
    String yaml = YamlText.of(content);
    assertThat(SafeYaml.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))))
        .as(yaml)
        .isEqualTo(content);
    // Within a page it must not end the front matter.
    assertThat(FrontMatter.of("---\n" + yaml + "---\n").get(text)).isEqualTo(text);
  }
}
