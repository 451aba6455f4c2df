package io.github.trawl.cli;

import io.github.trawl.Numerics;
import io.github.trawl.Version;
import picocli.CommandLine.IVersionProvider;

/**
 * What {@code --version} prints: with the version of the arithmetic, since a sweep goes on only
 * with its own.
 */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"trawl " + Version.current() + ", numerics " + Numerics.VERSION};
  }
}
