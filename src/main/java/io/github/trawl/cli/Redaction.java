package io.github.trawl.cli;

import io.github.trawl.checkpoint.Credentials;
import java.util.regex.Pattern;

/** Replaces credentials in texts that are printed or written. */
final class Redaction {
  /**
   * Words that name credentials, with what follows them up to the {@code =}. Counts of tokens and
   * tokenizers are none ({@code max_tokens=512}), nor are words with {@code sig} as a part of a
   * longer one ({@code design=3}), as far as small and capital letters tell.
   */
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "((?:(?i:secret|password|passwd|access[-_.]?key|signature|credential)"
              + "|(?i:token(?!s=|iz))|(?<![a-zA-Z])sig(?![a-z])|(?<![A-Z])Sig(?![a-z])"
              + "|(?<![a-zA-Z])SIG(?![a-zA-Z]))"
              + "[\\w.-]*=)[^&\\s,;]+");

  private Redaction() {}

  /** Replaces user information in URIs and values of secret parameters by {@code ***}. */
  static String redact(String text) {
    return SECRET_PARAMETER.matcher(Credentials.hidden(text)).replaceAll("$1***");
  }
}
