/** Three-way tensors: off-heap blocks of dense ones, and the low-rank forms that replace them. */
package io.github.trawl.tensor;
