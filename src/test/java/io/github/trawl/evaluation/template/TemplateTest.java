package io.github.trawl.evaluation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected texts are what Jinja 2 with StrictUndefined renders. */
class TemplateTest {
  private static final Map<String, Object> ROW = row();

  private static Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("question", "Who is it");
    row.put("text", " one two 😀three ");
    row.put("label", 2L);
    row.put("right", true);
    row.put("nothing", null);
    row.put("choices", Map.of("text", List.of("a", "b"), "label", List.of("A", "B")));
    row.put("answerKey", "B");
    row.put("nan", Double.NaN);
    row.put("numbers", List.of(row.get("nan"), 1L));
    return row;
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      value = {
        "Q: {{question}}? => Q: Who is it?",
        "{{ question }}{# gone #}! => Who is it!",
        "{{label}} {{right}} {{nothing or '-'}} => 2 True -",
        "{{choices.text[1]}} => b",
        "{{choices['text'][-1]}} => b",
        "{{choices.label.index(answerKey)}} => 1",
        "{{choices['text'] ~ 1 if false else 'x' ~ 1}} => x1",
        "{{text.split(' ')[1:3]}} => LIST",
        "{{text.strip().split(' ')[:-1]|join('-')}} => one-two",
        "{{text.split()[-1][0]}} => 😀",
        "{{text.split()[-1][1:]}} => three",
        "{{'' if question.endswith(('?', '.')) else '?'}} => ?",
        "{{question[-1] in '?.'}} => False",
        "{{not right and label == 2 or 'x'}} => x",
        "{{label in [1, 2] and 'y' not in 'xz'}} => True",
        "{{question|lower|replace('who', '}}')}} => }} is it",
        "{{question.upper()|capitalize}} => Who is it",
        "{{'it\\'s' + ' ' + 'so'}} => it's so",
        "{{choices.text|length + 1}} => 3",
        "{{question|length > 3}} {{question|length > 9}} {{question|length >= 9}} => True False True",
        "{{label < 2.5}} {{2.0 <= label}} {{label < 2}} {{ -1 < -0.5}} => True True False True",
        "{{label == 2.0}} {{label != 2.0}} => True False",
        "{{1 < label <= 2}} {{1 < label < 2}} {{0 > label < nothing.x}} => True False False",
        "{{'a' < 'b' <= 'b'}} {{'B' < 'a'}} {{'' < ' '}} {{'ab' > 'a'}} => True True True True",
        "{{'\uffee' < '😀'}} => True",
        "{{not label > 3 and label in [2] == [2]}} => True",
        "{{'1234567890123456789'|int}} {{'+9223372036854775807'|int}} => 1234567890123456789 9223372036854775807",
        "{{0.5 ~ 'x' if '<' in 'a<b' else ''}} => 0.5x",
        "{{nan == nan}} {{nan == 1}} {{nan != 1}} {{nan != nan}} => False False True True",
        "{{nan < 1}} {{nan <= 1}} {{nan > 1}} {{1 >= nan}} {{1 == nan}} => False False False False False",
        "{{nan in numbers}} {{nan in [1]}} {{numbers.index(nan)}} {{numbers.count(nan)}} => True False 0 1",
        "{{numbers == numbers}} {{[nan] == [nan]}} {{[nan] == [1]}} => True True False",
        "a { b } c %} d => a { b } c %} d"
      })
  void rendersAsJinjaDoes(String template, String expected) {
    if (expected.equals("LIST")) {
      assertThat(Template.parse(template).value(ROW)).isEqualTo(List.of("one", "two"));
    } else {
      assertThat(Template.parse(template).render(ROW)).isEqualTo(expected);
    }
  }

  @Test
  void theNameOfAFieldIsTheFieldInEveryRow() {
    Set<String> fields = Set.of("question", "label", "answer");
    assertThat(Template.parse("question").forFields(fields).render(ROW)).isEqualTo("Who is it");
    assertThat(Template.parse("label").forFields(fields).value(ROW)).isEqualTo(2L);
    assertThat(Template.parse("other").forFields(fields).render(ROW)).isEqualTo("other");
    assertThat(Template.parse("question").render(ROW)).isEqualTo("question");
    Template answer = Template.parse("answer").forFields(fields);
    assertThatThrownBy(() -> answer.render(ROW))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("no field 'answer' among question, text");
    assertThatThrownBy(() -> answer.value(ROW)).isInstanceOf(TemplateException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      value = {
        "{{queston}} => no field 'queston' among question, text",
        "{{choices}} => a map can't be part of a text",
        "It is {{nothing}} => 'It is {{nothing}}' gives null; give a default, as in {{name or ''}}, or leave",
        "{{nothing|lower}} => a null can't be part of a text; give a default",
        "{{choices.text[2]}} => index 2 of 2 elements",
        "{{choices.texts}} => a map has no member 'texts'",
        "{{question + label}} => can't add a text and a number",
        "{{label > question}} => can't compare a number with a text by size; compare two numbers or two texts",
        "{{nothing < 1}} => can't compare a null with a number by size",
        "{{right >= label}} => can't compare a truth value with a number by size",
        "{{choices.text < choices.text}} => can't compare a list with a list by size",
        "{{label.strip()}} => .strip() doesn't fit a number",
        "{{question.format()}} => .format() with 0 arguments is not supported",
        "{{question.title(1)}} => .title() with 1 arguments is not supported",
        "{{choices.nothing()}} => .nothing() doesn't fit a map",
        "{{choices.text.append(1)}} => .append() changes a value, which templates can't; set a new one",
        "{{choices.values}} => .values is a method of maps; write ['values'] for the member",
        "{{question.strip}} => .strip is a method; call it",
        "{{nan < question}} => can't compare a number with a text by size",
        "{{choices.keys() == choices.keys()}} => keys, values and items of maps can't be compared; compare lists",
        "{{[1, 2]}} => a list can't be part of a text; pick an element",
        "{{label * 9223372036854775807}} => a number needs more than 64 bits",
        "{{'9223372036854775808'|int}} => a number needs more than 64 bits",
        "{% for i in [1, 2] %}{{ i.x }}{% endfor %} => a number has no member 'x' (line 1, column 22)"
      })
  void aRowThatDoesNotFitIsExplained(String template, String message) {
    Template parsed = Template.parse(template);
    assertThatThrownBy(() -> parsed.render(ROW))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for x in y %}",
        "{% include 'x' %}",
        "{% do x %}",
        "{% break %}",
        "{{question",
        "{{}}",
        "{{'open}}",
        "{{question|shell}}",
        "{{a b}}",
        "{{a.}}",
        "{{a[}}",
        "{{2 ** 3}}",
        "{{a|tojson}}",
        "{{a.__class__}}",
        "{{kwargs}}",
        "{{f(*a)}}",
        "{{007}}",
        "{{ +1 }}",
        "{% raw %}",
        "{{a <> b}}",
        "{{a < }}",
        "{{a => b}}",
        "{{1.}}",
        "{{1.٣}}",
        "{{a; b}}",
        "{{99999999999999999999}}",
        "{{a.99999999999999999999}}",
        "{% set loop = 1 %}",
        "{% for loop in [1] %}{% endfor %}"
      })
  void whatIsNotSupportedIsRefusedBeforeAnyRow(String template) {
    assertThatThrownBy(() -> Template.parse(template))
        .isInstanceOf(TemplateException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void deepNestingIsRefusedWithoutOverflow() {
    String template = "{{" + "(".repeat(100_000) + "a" + ")".repeat(100_000) + "}}";
    assertThatThrownBy(() -> Template.parse(template))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("nested deeper than 50 levels");
  }

  /** Output of lm_eval.tasks.wikitext.preprocess_wikitext.wikitext_detokenizer 0.4.13. */
  @Test
  void wikitextIsPutTogetherAsInTheHarness() {
    String page =
        " = Valley = \n the boys ' game ( of 1 @,@ 000 @-@ metre runs ) , \" ended \" ; N 's 3 @.@ 5"
            + " [ x ] { y } : it ' s done ! ? \n = = Run = = \n . ";
    assertThat(Template.parse("{{page|wikitext_detokenize}}").render(Map.of("page", page)))
        .isEqualTo(EXPECTED);
  }

  private static final String EXPECTED =
      " = Valley =\nthe boys'game (of 1,000-metre runs), \"ended\"; N's 3.5 [x] {y}: it ' s done!?\n== Run ==\n. ";
}
