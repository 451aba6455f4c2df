package io.github.trawl.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected texts are what jinja2 and transformers render: make_template_golden.py. */
class GoldenTemplateTest {
  /** One template; {@code expected} or {@code error} is null. */
  record Golden(
      String template,
      boolean chat,
      Map<String, Object> fields,
      List<Map<String, Object>> messages,
      String expected,
      String error) {
    String render() {
      return chat
          ? ChatTemplate.parse(template).render(messages, fields)
          : Template.parse(template).render(fields);
    }

    @Override
    public String toString() {
      return Excerpt.of(template);
    }
  }

  static Stream<Golden> rendered() throws IOException {
    return goldens().filter(golden -> golden.error == null);
  }

  static Stream<Golden> failed() throws IOException {
    return goldens().filter(golden -> golden.error != null);
  }

  @SuppressWarnings("unchecked")
  private static Stream<Golden> goldens() throws IOException {
    ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);
    try (InputStream stream =
        GoldenTemplateTest.class.getResourceAsStream("/template/golden.json")) {
      Map<String, Object> file = json.readValue(stream, Map.class);
      return ((List<Map<String, Object>>) file.get("cases"))
          .stream()
              .map(
                  made -> {
                    boolean chat = made.get("dialect").equals("chat");
                    Object fields = made.getOrDefault("fields", file.get(chat ? "chat" : "row"));
                    Object messages = made.getOrDefault("messages", file.get("messages"));
                    return new Golden(
                        (String) made.get("template"),
                        chat,
                        (Map<String, Object>) fields,
                        (List<Map<String, Object>>) messages,
                        (String) made.get("expected"),
                        (String) made.get("error"));
                  });
    }
  }

  @ParameterizedTest
  @MethodSource("rendered")
  void aTemplateIsRenderedAsInPython(Golden golden) {
    assertThat(golden.render()).isEqualTo(golden.expected);
  }

  @ParameterizedTest
  @MethodSource("failed")
  void whatFailsInPythonIsRefusedInOneLine(Golden golden) {
    assertThatThrownBy(golden::render)
        .isInstanceOf(TemplateException.class)
        .hasMessageMatching(".+ \\(line \\d+, column \\d+\\)");
  }

  /** Whether a chat is tried again without its system message depends on it. */
  @ParameterizedTest
  @MethodSource("failed")
  void aTemplateThatRefusesIsToldFromOneThatFails(Golden golden) {
    try {
      golden.render();
    } catch (TemplateException e) {
      if (golden.chat) {
        assertThat(ChatTemplate.isRefusal(e)).isEqualTo(golden.error.equals("refused"));
      }
    }
  }
}
