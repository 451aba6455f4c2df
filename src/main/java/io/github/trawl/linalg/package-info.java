/**
 * Dense matrices in off-heap memory and the few BLAS and LAPACK routines that decompositions need.
 *
 * <p>Matrices live outside the Java heap because a native routine can then work on them where they
 * are; a heap array is copied on every call, which costs skinny products up to half their speed.
 */
package io.github.trawl.linalg;
