/** Factor files, the edits that they describe, and the matrices made from them; no Spark. */
package io.github.trawl.factors;
