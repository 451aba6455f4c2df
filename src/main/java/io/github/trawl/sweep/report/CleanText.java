package io.github.trawl.sweep.report;

/** Replaces characters that HTML can't contain or that make a name look like another one. */
final class CleanText {
  private static final int REPLACEMENT = 0xfffd;

  private CleanText() {}

  /**
   * Returns {@code given} with U+FFFD in place of control characters except tabs and line feeds, of
   * unpaired surrogates, of unassigned characters, and of marks that change the direction of a
   * line. Lines that end as on Windows end by line feeds.
   */
  static String of(String given) {
    String text = given.replace("\r\n", "\n");
    if (text.codePoints().allMatch(CleanText::isAllowed)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(character -> isAllowed(character) ? character : REPLACEMENT)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isAllowed(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL -> character == '\n' || character == '\t';
      case Character.SURROGATE, Character.UNASSIGNED -> false;
      case Character.FORMAT -> !isBidirectional(character);
      default -> true;
    };
  }

  private static boolean isBidirectional(int character) {
    return (character >= 0x202a && character <= 0x202e)
        || (character >= 0x2066 && character <= 0x2069)
        || character == 0x200e
        || character == 0x200f
        || character == 0x061c;
  }
}
