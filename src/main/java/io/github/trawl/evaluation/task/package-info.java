/**
 * Tasks for language models, from the task file to the metrics: a task file and its data give
 * examples, these give requests to the model, its scores give results of the examples, and these
 * give metrics of the splits.
 */
package io.github.trawl.evaluation.task;
