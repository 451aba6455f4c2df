package io.github.trawl.distributed;

import io.github.trawl.spark.CleanUp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Divides the row blocks of a tensor among tasks, and keeps the task of each range of blocks on one
 * executor, which is called the home of the range.
 *
 * <p>The ranges are a cached RDD: Spark prefers to run the task of a range on the executor that
 * caches it, and the blocks are resident on that executor. Dynamic allocation does not count an
 * executor as idle while it caches a range. {@link #rebalance} divides the blocks anew when
 * executors have come or gone and the load has become uneven. Blocks that move are read again; no
 * result depends on where a block is.
 */
final class BlockHomes {
  private static final Logger LOG = LoggerFactory.getLogger(BlockHomes.class);

  /** Blocks are moved if the busiest executor has more than this many times its equal share. */
  private static final double MAX_LOAD_RATIO = 1.25;

  private final JavaSparkContext spark;
  private final String name;
  private final int blocks;
  private final Supplier<ClusterSize> cluster;
  private List<BlockRange> ranges = List.of();
  private JavaRDD<BlockRange> cached;

  /**
   * Prepares the division of row blocks; {@link #ranges} makes it when it is first called.
   *
   * @param name the name of the tensor, for the log
   * @param blocks the number of row blocks
   * @param cluster returns the executors that are present when it is called
   */
  BlockHomes(JavaSparkContext spark, String name, int blocks, Supplier<ClusterSize> cluster) {
    this.spark = spark;
    this.name = name;
    this.blocks = blocks;
    this.cluster = cluster;
  }

  /** Returns the ranges, one in each partition; the first call divides the blocks. */
  RDD<BlockRange> ranges() {
    if (cached == null) {
      divide(cluster.get(), List.of());
    }
    return cached.rdd();
  }

  /** Returns the ranges that {@link #ranges()} holds, in the order of its partitions. */
  List<BlockRange> division() {
    return ranges;
  }

  /**
   * Divides the blocks anew if {@link #isUneven} finds the load of the present executors uneven.
   * Does nothing in local mode, or before {@link #ranges()} was called.
   */
  void rebalance() {
    if (cached == null || spark.isLocal()) {
      return;
    }
    ClusterSize now = cluster.get();
    if (now.executors().isEmpty()) {
      return;
    }
    List<Optional<String>> homes = homes();
    if (isUneven(ranges, homes, now)) {
      List<Optional<String>> homeOfBlock = new ArrayList<>();
      for (int range = 0; range < ranges.size(); range++) {
        for (int block = ranges.get(range).start(); block < ranges.get(range).end(); block++) {
          homeOfBlock.add(homes.get(range));
        }
      }
      JavaRDD<BlockRange> previous = cached;
      divide(now, homeOfBlock);
      CleanUp.run("unpersist the earlier block ranges of " + name, () -> previous.unpersist(false));
    }
  }

  private void divide(ClusterSize now, List<Optional<String>> homeOfBlock) {
    ranges = BlockRange.divide(blocks, now.tasksPerPass());
    List<Optional<String>> preferred = preferred(ranges, homeOfBlock, now.executors());
    List<Tuple2<BlockRange, Seq<String>>> located = new ArrayList<>();
    for (int range = 0; range < ranges.size(); range++) {
      List<String> places = preferred.get(range).stream().toList();
      located.add(new Tuple2<>(ranges.get(range), CollectionConverters.asScala(places).toSeq()));
    }
    LOG.info(
        "{}: {} blocks in {} tasks for {} executors",
        name,
        blocks,
        ranges.size(),
        now.executors().size());
    cached =
        spark
            .sc()
            .<BlockRange>makeRDD(
                CollectionConverters.asScala(located).toSeq(),
                ClassTag$.MODULE$.apply(BlockRange.class))
            .toJavaRDD()
            .setName("resident blocks of " + name)
            // Also on disk: Spark would forget the place of a range that was evicted from memory.
            .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Returns the executor that caches each range; empty for a range that none caches. */
  private List<Optional<String>> homes() {
    BlockId[] ids =
        IntStream.range(0, ranges.size())
            .mapToObj(range -> new RDDBlockId(cached.id(), range))
            .toArray(BlockId[]::new);
    return CollectionConverters.asJava(spark.env().blockManager().master().getLocations(ids))
        .stream()
        .map(places -> CollectionConverters.asJava(places).stream().findFirst())
        .map(place -> place.map(ClusterSize::location))
        .toList();
  }

  /**
   * Returns whether the executor with the most blocks would take more than {@link #MAX_LOAD_RATIO}
   * times as long as each would with an equal share. Ranges without a home add to no executor's
   * load, because Spark may run their tasks on any free executor.
   */
  static boolean isUneven(
      List<BlockRange> ranges, List<Optional<String>> homes, ClusterSize cluster) {
    Map<String, Integer> load = new HashMap<>();
    int blocks = 0;
    for (int range = 0; range < ranges.size(); range++) {
      int size = ranges.get(range).size();
      blocks += size;
      homes.get(range).ifPresent(home -> load.merge(home, size, Integer::sum));
    }
    double slots = Math.max(1.0, (double) cluster.slots() / cluster.executors().size());
    double longest = load.values().stream().mapToInt(size -> size).max().orElse(0) / slots;
    return Math.ceil(longest) > MAX_LOAD_RATIO * Math.ceil((double) blocks / cluster.slots());
  }

  /**
   * Returns the executor on which the task of each range should run. Every executor gets at most
   * its share: the number of ranges divided by that of executors, rounded up.
   *
   * <p>In the order of the ranges, each gets, of the executors that hold some of its blocks and
   * have room in their share, the one that holds the most. A range for which there is no such
   * executor then gets the first executor with room.
   *
   * @param homeOfBlock the executor that holds each block, by index of the block; the whole list is
   *     empty before the first division. All ranges are then left to Spark, which may choose an
   *     executor that has not registered yet
   * @return an element for each range; it is empty where Spark chooses
   */
  static List<Optional<String>> preferred(
      List<BlockRange> ranges, List<Optional<String>> homeOfBlock, List<String> executors) {
    if (homeOfBlock.isEmpty()) {
      return Collections.nCopies(ranges.size(), Optional.empty());
    }
    int share = (ranges.size() + executors.size() - 1) / executors.size();
    // The number of ranges that each executor may still get.
    Map<String, Integer> left = new HashMap<>();
    executors.forEach(executor -> left.put(executor, share));
    List<Optional<String>> preferred = new ArrayList<>();
    for (BlockRange range : ranges) {
      Map<String, Integer> present = new TreeMap<>();
      for (int block = range.start(); block < range.end(); block++) {
        homeOfBlock.get(block).ifPresent(home -> present.merge(home, 1, Integer::sum));
      }
      Optional<String> home =
          present.entrySet().stream()
              .filter(entry -> left.getOrDefault(entry.getKey(), 0) > 0)
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey);
      home.ifPresent(executor -> left.merge(executor, -1, Integer::sum));
      preferred.add(home);
    }
    // Without a named executor Spark would send the task to where panels of the factor B are
    // cached.
    for (int range = 0; range < preferred.size(); range++) {
      if (preferred.get(range).isEmpty()) {
        String next = executors.stream().filter(one -> left.get(one) > 0).findFirst().orElseThrow();
        left.merge(next, -1, Integer::sum);
        preferred.set(range, Optional.of(next));
      }
    }
    return preferred;
  }

  /**
   * Drops the cached ranges, so that executors no longer keep their blocks; see {@link
   * SparkResidence}.
   */
  void close() {
    if (cached != null) {
      cached.unpersist(false);
    }
  }
}
