package io.github.trawl;

/** The version of this program. */
public final class Version {
  private Version() {}

  /** Returns the version in the manifest of the jar, or "development" if there is none. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
