/**
 * Support for Spark jobs: results that arrive task by task, errors of jobs, the off-heap memory of
 * a process, settings and metrics.
 */
package io.github.trawl.spark;
