package io.github.trawl.cli;

import java.util.regex.Pattern;

/** Takes credentials out of what is printed or written. */
final class Redaction {
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");

  /**
   * An S3 secret key may contain a slash. A number after the colon is a port, and an @ behind that
   * does not end a user's name.
   */
  private static final Pattern KEY_AND_SECRET =
      Pattern.compile("(?<=://)[^/:@\\s]+:(?!\\d{1,5}(?:/|$))[^@\\s]+@");

  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)((?:secret|password|passwd|token|access[-_.]?key|signature|sig|credential)[\\w.-]*=)[^&\\s,;]+");

  private Redaction() {}

  /** The text with user information of URIs and values of secret parameters replaced. */
  static String redact(String text) {
    String withoutKeys = KEY_AND_SECRET.matcher(text).replaceAll("***@");
    String withoutUsers = USER_INFO.matcher(withoutKeys).replaceAll("***@");
    return SECRET_PARAMETER.matcher(withoutUsers).replaceAll("$1***");
  }
}
