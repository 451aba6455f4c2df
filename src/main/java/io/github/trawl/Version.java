package io.github.trawl;

/** The version of this program. */
public final class Version {
  private Version() {}

  /** Returns the version in the manifest of the jar; "development" where there is no jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
