/** What all jobs need of Spark: results as they arrive, errors of jobs, the memory of a process. */
package io.github.trawl.spark;
