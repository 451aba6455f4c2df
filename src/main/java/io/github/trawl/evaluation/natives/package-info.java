/** The platforms and settings of DJL's native libraries: PyTorch and the tokenizers. */
package io.github.trawl.evaluation.natives;
