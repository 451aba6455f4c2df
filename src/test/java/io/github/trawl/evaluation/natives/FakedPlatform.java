package io.github.trawl.evaluation.natives;

/** Makes this process seem to run elsewhere. */
public final class FakedPlatform {
  private static final String SYSTEM = "os.name";
  private static final String ARCHITECTURE = "os.arch";

  private FakedPlatform() {}

  /** Runs {@code body} under other names, as Java gives them, of operating system and processor. */
  public static void during(String system, String architecture, Runnable body) {
    String ownSystem = System.setProperty(SYSTEM, system);
    String ownArchitecture = System.setProperty(ARCHITECTURE, architecture);
    try {
      body.run();
    } finally {
      System.setProperty(SYSTEM, ownSystem);
      System.setProperty(ARCHITECTURE, ownArchitecture);
    }
  }
}
