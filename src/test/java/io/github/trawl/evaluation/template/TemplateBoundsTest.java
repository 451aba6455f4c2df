package io.github.trawl.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A chat template comes with a checkpoint, from anyone: it must end, and leave the memory alone.
 */
@Timeout(30)
class TemplateBoundsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}{% endfor %}{% endfor %}{% endfor %}",
        "{{ range(1000000000) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ (1,) * 100000 * 100000 }}",
        "{% set ns = namespace(x='x') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x='x') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x={'a': 1}) %}{% for i in range(300) %}{% set ns.x = {'a': ns.x} %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x={'a': 1}) %}{% for i in range(90000) %}{% set ns.x = {'a': ns.x} %}{% endfor %}{{ ns.x == 1 }}{{ ns.x | tojson }}",
        "{% set ns = namespace(x={'a': 1}, y={'a': 1}) %}{% for i in range(90000) %}{% set ns.x = {'a': ns.x} %}{% set ns.y = {'a': ns.y} %}{% endfor %}{{ ns.x == ns.y }}",
        "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
        "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
        "{{ (['a'] * 100000) | join('b' * 100000) }}",
        "{{ ('b' * 100000).join(['a'] * 100000) }}",
        "{{ ('a\n' * 100000) | indent(100000) }}",
        "{{ 'a' | indent(2000000000) }}",
        "{{ [1] | tojson(indent=2000000000) }}",
        "{{ (' a' * 10000000).split() }}",
        "{{ ('\n' * 20000000).splitlines() }}",
        "{{ (',' * 20000000).split(',') }}",
        "{{ (',' * 20000000).rsplit(',', 10000000) }}",
        "{{ ('a' * 20000000) | list }}",
        "{% for c in 'a' * 20000000 %}{% endfor %}",
        "{% set x = 'é' * 10000000 %}{% for i in range(100000) %}{% if x[i] == 'b' %}{% endif %}{% endfor %}",
        "{% set x = 'a' * 10000000 %}{% for i in range(100000) %}{% if 'b' in x %}{% endif %}{% endfor %}",
        "{% set x = 'a' * 10000000 %}{% for i in range(100000) %}{{ x | length }}{% endfor %}",
        "{% set x = 'a' * 10000000 %}{% set y = 'a' * 10000000 %}{% for i in range(100000) %}{{ x == y or x < y }}{% endfor %}",
        "{% set x = 'a' * 10000000 %}{% for i in range(100000) %}{{ x.find('b') }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{{ m(n + 1) ~ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "{% macro m(n) %}{% if n < 30 %}{{ m(n + 1) }}{{ m(n + 1) }}{% endif %}{% endmacro %}{{ m(0) }}",
        "{{ ('x' * 30000000)[::-1] ~ ('x' * 30000000)[::-1] }}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
        "{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns.x }}",
        "{{ range(0, 5, 0) }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ -9223372036854775807 - 2 }}",
        "{{ (-9223372036854775807 - 1) // -1 }}",
        "{{ range(-2147483648, 2147483647) }}"
      })
  void aRenderingHasBounds(String template) {
    ChatTemplate parsed = ChatTemplate.parse(template);
    assertThatThrownBy(() -> parsed.render(List.of(), Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aTemplateThatIsNestedIsRefusedWithoutOverflow() {
    for (String nested :
        List.of(
            "{% if a %}".repeat(100_000),
            "{{ " + "[".repeat(100_000),
            "{{ " + "[".repeat(100_000) + "]".repeat(100_000) + " }}",
            "{{ " + "-".repeat(100_000).replace("-", "- ") + "1 }}",
            "{{ " + "a if b else ".repeat(100_000) + "c }}",
            "{{ " + "{'a':".repeat(100_000) + "1" + "}".repeat(100_000) + " }}")) {
      assertThatThrownBy(() -> ChatTemplate.parse(nested)).isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void longChainsOverflowNothing() {
    for (String chain :
        List.of(
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{{ 'a'" + " | trim".repeat(100_000) + " }}",
            "{{ a" + " or a".repeat(100_000) + " }}",
            "{{ a" + "[0]".repeat(100_000) + " }}")) {
      ChatTemplate parsed = ChatTemplate.parse(chain);
      assertThatThrownBy(() -> parsed.render(List.of(), Map.of()))
          .isInstanceOf(TemplateException.class)
          .hasMessageContaining("too deep");
    }
  }

  @Test
  void anOrdinaryPromptIsFarFromTheBounds() {
    String text = "word ".repeat(40_000);
    ChatTemplate template =
        ChatTemplate.parse(
            "{% for m in messages %}{{ '<' + m.role + '>' + m.content | trim }}{% if 'x' in m.content"
                + " %}{{ m.content.split('x')[-1].strip() }}{% endif %}{% endfor %}");
    assertThat(
            template.render(
                List.of(
                    Map.of("role", "system", "content", text),
                    Map.of("role", "user", "content", text)),
                Map.of()))
        .hasSize(2 * (text.length() - 1) + 14);
  }
}
