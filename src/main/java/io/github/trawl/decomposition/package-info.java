/** CP by alternating least squares, Tucker by orthogonal iteration, and truncated SVD. */
package io.github.trawl.decomposition;
