/** Where DJL's native libraries come from and go to. */
package io.github.trawl.evaluation.natives;
