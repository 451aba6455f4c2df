/**
 * CP-ALS over row blocks that are spread over Spark executors.
 *
 * <p>X has K slices of I×J; its factors are A (I×W), B (J×W) and C (K×W), where W is the sum of the
 * ranks R of the members, the decompositions that are solved together.
 *
 * <p>A block holds the same run of rows of every slice; a task has a run of neighbouring blocks. A
 * block of X stays on the executor that read it, and its rows of A with it. In an iteration of rank
 * R, the following is sent:
 *
 * <ul>
 *   <li>between executors, the partial MTTKRPs of the columns: J×R from each task, added up by a
 *       reduce-scatter over panels of columns;
 *   <li>between executors, B: J×R to each executor, straight from those that solved its panels, and
 *       each panel once more to a second executor that keeps it. While B is small, an executor that
 *       would have to wait for a panel fetches the panel's partial MTTKRPs instead: up to J×R more
 *       from each task to each executor, which saves a stage;
 *   <li>from executors to the driver, the Gram matrices of the rows, R×R, and the K×R MTTKRP of the
 *       slices from each task, and once the Gram matrix of the columns; from the driver to
 *       executors, C, CᵀC and the normal equations of the columns. Every executor computes the
 *       normal equations of the rows itself.
 * </ul>
 *
 * <p>B does not go through the driver: panels are a persisted RDD that the tasks of the rows depend
 * on as a whole, see {@link io.github.trawl.distributed.RangeRdd}. The finished A and B are
 * gathered on the driver once, when a member is done: the result is normalised and its components
 * are sorted as a whole, and it is written as one file. That is (I + J)·R values of one member at a
 * time, 3.5 % of a (24, 768, 3072) tensor at rank 512.
 *
 * <p>Sums over blocks follow a fixed tree, {@link io.github.trawl.distributed.TreeSum}: their bits
 * depend on the block grid alone, not on tasks, executors or the order of arrival.
 */
package io.github.trawl.distributed;
