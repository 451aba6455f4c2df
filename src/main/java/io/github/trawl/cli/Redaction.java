package io.github.trawl.cli;

import java.util.regex.Pattern;

/** Replaces credentials in texts that are printed or written. */
final class Redaction {
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");

  /**
   * {@code user:secret@} after {@code ://}. The secret may contain slashes, as secret keys of S3
   * may. If a port number follows the colon, the text is a host and a port, even if an @ occurs
   * later.
   */
  private static final Pattern KEY_AND_SECRET =
      Pattern.compile("(?<=://)[^/:@\\s]+:(?!\\d{1,5}(?:/|$))[^@\\s]+@");

  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)((?:secret|password|passwd|token|access[-_.]?key|signature|sig|credential)[\\w.-]*=)[^&\\s,;]+");

  private Redaction() {}

  /** Replaces user information in URIs and values of secret parameters by {@code ***}. */
  static String redact(String text) {
    String withoutKeys = KEY_AND_SECRET.matcher(text).replaceAll("***@");
    String withoutUsers = USER_INFO.matcher(withoutKeys).replaceAll("***@");
    return SECRET_PARAMETER.matcher(withoutUsers).replaceAll("$1***");
  }
}
