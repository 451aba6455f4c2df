package io.github.trawl.cli;

import io.github.trawl.Numerics;
import io.github.trawl.Version;
import picocli.CommandLine.IVersionProvider;

/**
 * The text that {@code --version} prints. It includes {@link Numerics#VERSION}, because a sweep can
 * be resumed only by a program of the same numerics version.
 */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"trawl " + Version.current() + ", numerics " + Numerics.VERSION};
  }
}
