package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Split;

/**
 * Examples of one task that are asked together.
 *
 * @param task which of the sweep's tasks, from 0
 * @param split VALIDATION or TEST
 * @param number among the blocks of the task's split, from 0
 * @param examples indices in the task, in the order of their answers and values
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record ExampleBlock(int task, Split split, int number, int[] examples) {}
