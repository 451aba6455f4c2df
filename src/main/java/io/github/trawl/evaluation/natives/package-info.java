/**
 * The platforms and settings of the native libraries of evaluation: PyTorch and DJL's tokenizers.
 */
package io.github.trawl.evaluation.natives;
