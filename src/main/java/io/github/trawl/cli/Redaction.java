package io.github.trawl.cli;

import io.github.trawl.checkpoint.Credentials;
import java.util.regex.Pattern;

/** Replaces credentials in texts that are printed or written. */
final class Redaction {
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)((?:secret|password|passwd|token|access[-_.]?key|signature|sig|credential)[\\w.-]*=)[^&\\s,;]+");

  private Redaction() {}

  /** Replaces user information in URIs and values of secret parameters by {@code ***}. */
  static String redact(String text) {
    return SECRET_PARAMETER.matcher(Credentials.hidden(text)).replaceAll("$1***");
  }
}
