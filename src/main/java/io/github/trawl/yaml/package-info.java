/** YAML that may come from anyone, read without constructing what it names. */
package io.github.trawl.yaml;
