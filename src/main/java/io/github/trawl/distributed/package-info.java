/**
 * CP-ALS over row blocks that are spread over Spark executors.
 *
 * <p>A block holds rows p of every slice; a task has a run of neighbouring blocks. X stays where it
 * was read, A where it was solved. What travels in a sweep of rank R:
 *
 * <ul>
 *   <li>between executors, the partial MTTKRPs of the columns: J×R from each task, added up by a
 *       reduce-scatter over panels of columns;
 *   <li>between executors, B: J×R to each executor, straight from those that solved its panels, and
 *       each panel once more to a second keeper;
 *   <li>from executors to the driver, Gram matrices of R×R and the K×R MTTKRP of the slices, from
 *       each task; back, C and the systems to solve.
 * </ul>
 *
 * <p>B does not go through the driver: panels are a persisted RDD that the tasks of the rows depend
 * on as a whole, see {@link io.github.trawl.distributed.RangeRdd}. The finished A and B are
 * gathered there once, when a member is done, for the result that {@code CpAls} hands out.
 *
 * <p>Sums over blocks follow a fixed tree, {@link io.github.trawl.distributed.TreeSum}: their bits
 * depend on the block grid alone, not on tasks, executors or the order of arrival.
 */
package io.github.trawl.distributed;
