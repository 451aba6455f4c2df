/**
 * Measures what a checkpoint scores on tasks, on Spark.
 *
 * <p>A <em>candidate</em> is a model that is measured: the checkpoint as it is, or with some of its
 * matrices edited in memory. A <em>question</em> is one sequence of tokens that a model scores or
 * continues; {@link io.github.trawl.evaluation.task} derives the questions from a task's examples,
 * and results from the answers. A <em>batch</em> of questions goes through the model together, and
 * a <em>unit</em>, some batches for some candidates, is the work of one Spark task. A model is
 * <em>streamed</em> if it keeps the weights outside its layers and one layer at a time in memory.
 * "Task" alone means a task of the evaluation; those of Spark are called Spark tasks.
 */
package io.github.trawl.evaluation;
