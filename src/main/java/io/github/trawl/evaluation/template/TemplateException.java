package io.github.trawl.evaluation.template;

/** A template can't be parsed, or doesn't fit a row; the message is one line. */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 500;

  private String place = "";

  TemplateException(String message) {
    super(oneLine(message));
  }

  /** Names the place in the template, unless one nearer to the fault is named already. */
  TemplateException at(String place) {
    if (this.place.isEmpty()) {
      this.place = " (" + place + ")";
    }
    return this;
  }

  /** What is wrong, and where in the template. */
  @Override
  public String getMessage() {
    return super.getMessage() + place;
  }

  private static String oneLine(String message) {
    String line = PythonText.strip(message).replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
  }
}
