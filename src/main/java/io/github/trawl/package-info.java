/** Errors, progress and versions, shared by all packages. */
package io.github.trawl;
