package io.github.trawl.cli;

import io.github.trawl.checkpoint.Credentials;
import java.util.regex.Pattern;

/** Replaces credentials in texts that are printed or written. */
final class Redaction {
  /**
   * Words that name credentials, with what follows them up to the {@code =}. Counts of tokens and
   * tokenizers are none ({@code max_tokens=512}), nor are words that end or begin with {@code sig}
   * ({@code design=3}).
   */
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)((?:secret|password|passwd|token(?!s|iz)|access[-_.]?key|signature"
              + "|(?<![a-z])sig(?![a-z])|credential)[\\w.-]*=)[^&\\s,;]+");

  private Redaction() {}

  /** Replaces user information in URIs and values of secret parameters by {@code ***}. */
  static String redact(String text) {
    return SECRET_PARAMETER.matcher(Credentials.hidden(text)).replaceAll("$1***");
  }
}
