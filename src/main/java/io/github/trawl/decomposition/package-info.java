/**
 * CP by alternating least squares, Tucker by orthogonal iteration, and truncated SVD. "The paper"
 * is TRAWL (arXiv 2406.17261).
 *
 * <p>A tensor X has K slices X_k, matrices of I×J. At rank R, its CP factors are A (rows, I×R), B
 * (columns, J×R) and C (slices, K×R). One solve may decompose X for several ranks and seeds; each
 * decomposition is a <em>member</em>, and W is the sum of their ranks. A <em>pass</em> reads all
 * values of X once, by {@linkplain io.github.trawl.tensor.Panels panels} of rows or columns.
 */
package io.github.trawl.decomposition;
