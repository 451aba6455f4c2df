package io.github.trawl.evaluation.template;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Restores running text from the tokens of WikiText by the rules that lm-evaluation-harness takes
 * from Megatron-LM, in the same order. They are kept as they are, mistakes included: the second
 * replaces a pattern by the text of another.
 */
final class WikitextDetokenizer {
  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          text("s '", "s'"),
          rule("/' [0-9]/", "/'[0-9]/"),
          text(" @-@ ", "-"),
          text(" @,@ ", ","),
          text(" @.@ ", "."),
          text(" : ", ": "),
          text(" ; ", "; "),
          text(" . ", ". "),
          text(" ! ", "! "),
          text(" ? ", "? "),
          text(" , ", ", "),
          rule("\\(\\s*([^\\)]*?)\\s*\\)", "($1)"),
          rule("\\[\\s*([^\\]]*?)\\s*\\]", "[$1]"),
          rule("\\{\\s*([^}]*?)\\s*\\}", "{$1}"),
          rule("\"\\s*([^\"]*?)\\s*\"", "\"$1\""),
          rule("'\\s*([^']*?)\\s*'", "'$1'"),
          text("= = = =", "===="),
          text("= = =", "==="),
          text("= =", "=="),
          text(" ° ", "°"),
          text(" \n", "\n"),
          text("\n ", "\n"),
          text(" N ", " 1 "),
          text(" 's", "'s"));

  private WikitextDetokenizer() {}

  static String detokenize(String page) {
    String text = page;
    for (Rule rule : RULES) {
      text = rule.pattern.matcher(text).replaceAll(rule.replacement);
    }
    return text;
  }

  private static Rule text(String from, String to) {
    return new Rule(Pattern.compile(from, Pattern.LITERAL), Matcher.quoteReplacement(to));
  }

  private static Rule rule(String pattern, String replacement) {
    return new Rule(
        Pattern.compile(pattern.replace("\\s", "[" + PythonText.SPACE + "]")), replacement);
  }
}
