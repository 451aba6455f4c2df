package io.github.trawl.evaluation;

import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskQuestions;

/**
 * A task with all that it asks.
 *
 * @param rows that the data has, before any limit
 * @param examples that are evaluated
 */
record PlannedTask(TaskDefinition definition, int rows, int examples, TaskQuestions questions) {}
