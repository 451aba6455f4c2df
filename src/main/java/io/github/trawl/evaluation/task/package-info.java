/**
 * What is asked of a language model and how its answers count: task file → examples → requests to
 * the model → results of the examples → metrics of the splits.
 */
package io.github.trawl.evaluation.task;
