/**
 * The command line. Every flag has a key of the same name in a YAML configuration file, except for
 * {@code --config}, {@code --set}, {@code --help}, {@code --version} and {@code --verbose}.
 */
package io.github.trawl.cli;
