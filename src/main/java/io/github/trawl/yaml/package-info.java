/** Reads YAML from untrusted sources without constructing types that it names, and writes YAML. */
package io.github.trawl.yaml;
