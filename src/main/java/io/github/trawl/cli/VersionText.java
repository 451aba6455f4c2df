package io.github.trawl.cli;

import io.github.trawl.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"trawl " + Version.current()};
  }
}
