/** The command line. Every flag has a key of the same name in a YAML file. */
package io.github.trawl.cli;
