package io.github.trawl.checkpoint;

import java.util.regex.Pattern;

/** Hides the credentials in URIs that are shown to people. */
public final class Credentials {
  private static final String HIDDEN = "***@";
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");

  /**
   * {@code user:secret@} after {@code ://}. The secret may contain slashes, as secret keys of S3
   * may. If a port number follows the colon, the text is a host and a port, even if an @ occurs
   * later.
   */
  private static final Pattern KEY_AND_SECRET =
      Pattern.compile("(?<=://)[^/:@\\s]+:(?!\\d{1,5}(?:/|$))[^@\\s]+@");

  private Credentials() {}

  /** Returns the text with {@code ***} in place of the user information of each URI in it. */
  public static String hidden(String text) {
    return USER_INFO.matcher(withoutSecrets(text)).replaceAll(HIDDEN);
  }

  /**
   * Returns the text with {@code ***} in place of the user and secret of each URI in it. What
   * stands alone before the @ stays, so that the URI can be opened: it is a user, or a container of
   * Azure.
   */
  public static String withoutSecrets(String text) {
    return KEY_AND_SECRET.matcher(text).replaceAll(HIDDEN);
  }

  /** Returns whether the user information of a URI in the text was replaced. */
  public static boolean areHiddenIn(String text) {
    return text.contains("://" + HIDDEN);
  }
}
