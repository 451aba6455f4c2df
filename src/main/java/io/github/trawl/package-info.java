/** Errors shared by all packages. */
package io.github.trawl;
