/** What every job needs of Spark: results as they come, failures of jobs, memory of a process. */
package io.github.trawl.spark;
