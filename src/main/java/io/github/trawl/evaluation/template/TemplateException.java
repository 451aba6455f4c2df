package io.github.trawl.evaluation.template;

/** Thrown if a template can't be parsed or rendered; the message is one line. */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 500;

  private String place = "";

  TemplateException(String message) {
    super(oneLine(message));
  }

  /**
   * Adds the place in the template to the message, unless it names a place already: the one added
   * first is the nearest to the fault.
   */
  TemplateException at(String place) {
    if (this.place.isEmpty()) {
      this.place = " (" + place + ")";
    }
    return this;
  }

  /** Returns what is wrong, and where in the template. */
  @Override
  public String getMessage() {
    return super.getMessage() + place;
  }

  private static String oneLine(String message) {
    String line = PythonText.strip(message).replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
  }
}
