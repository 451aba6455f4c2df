package io.github.trawl.evaluation.natives;

/** Makes this process seem to run elsewhere, until it is closed. */
public final class FakedPlatform implements AutoCloseable {
  private static final String SYSTEM = "os.name";
  private static final String ARCHITECTURE = "os.arch";

  private final String system = System.getProperty(SYSTEM);
  private final String architecture = System.getProperty(ARCHITECTURE);

  /** Sets Java's names of the operating system and the processor. */
  public FakedPlatform(String system, String architecture) {
    System.setProperty(SYSTEM, system);
    System.setProperty(ARCHITECTURE, architecture);
  }

  @Override
  public void close() {
    System.setProperty(SYSTEM, system);
    System.setProperty(ARCHITECTURE, architecture);
  }
}
