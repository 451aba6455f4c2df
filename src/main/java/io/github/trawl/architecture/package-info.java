/**
 * Which tensors of a checkpoint hold which weight matrices, and how a logical matrix lies in the
 * bytes of the tensor that stores it.
 */
package io.github.trawl.architecture;
