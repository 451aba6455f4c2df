/**
 * CP-ALS over row blocks that are spread over Spark executors.
 *
 * <p>A block holds rows p of every slice. What travels in a sweep: B (J×W) to every executor by
 * broadcast; R×R Gram matrices and the K×W MTTKRP of the slices to the driver; and the J×W partial
 * MTTKRPs of the columns between executors, summed by a reduce-scatter over panels of columns in
 * block order. X stays where it was read and A where it was solved.
 */
package io.github.trawl.distributed;
