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
 * Which task has which blocks, and where they are at home.
 *
 * <p>The ranges of blocks are a cached data set: Spark sends the task of a range to where it is
 * cached, and there its blocks are resident. Dynamic allocation does not take an executor that
 * caches a range for idle. When executors came or went so that the blocks are spread unevenly, they
 * are divided anew: blocks that move are read again, no result depends on it.
 */
final class BlockHomes {
  private static final Logger LOG = LoggerFactory.getLogger(BlockHomes.class);

  /** How much longer than need be an iteration may take before blocks are moved. */
  private static final double TOLERANCE = 1.25;

  private final JavaSparkContext spark;
  private final String name;
  private final int blocks;
  private final Supplier<ClusterSize> cluster;
  private List<BlockRange> ranges = List.of();
  private JavaRDD<BlockRange> cached;

  /**
   * @param name of the tensor
   * @param blocks how many there are
   * @param cluster asked for what is there
   */
  BlockHomes(JavaSparkContext spark, String name, int blocks, Supplier<ClusterSize> cluster) {
    this.spark = spark;
    this.name = name;
    this.blocks = blocks;
    this.cluster = cluster;
  }

  /** The ranges, one a partition, divided when they are first asked for. */
  RDD<BlockRange> ranges() {
    if (cached == null) {
      divide(cluster.get(), List.of());
    }
    return cached.rdd();
  }

  /** The ranges that {@link #ranges()} holds, in the order of its partitions. */
  List<BlockRange> division() {
    return ranges;
  }

  /** Divides the blocks anew if the executors that are there would be done sooner. */
  void follow() {
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
      CleanUp.run("forget the former division of " + name, () -> previous.unpersist(false));
    }
  }

  private void divide(ClusterSize now, List<Optional<String>> homeOfBlock) {
    ranges = BlockRange.divide(blocks, now.ranges());
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
            .setName("blocks of " + name)
            .toJavaRDD()
            .map(range -> range)
            .setName("resident blocks of " + name)
            // Also on disk: of a range that was evicted from memory Spark would forget the place.
            .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Where each range is cached. */
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
   * Whether the executor with the most blocks takes much longer than if all had the same. Ranges
   * without a home count for nothing: they go to whoever is free.
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
    return Math.ceil(longest) > TOLERANCE * Math.ceil((double) blocks / cluster.slots());
  }

  /**
   * The executor that each range should move to or stay with: the one that has most of its blocks,
   * as long as that gets no more than its share, else the first that has not got its share yet.
   *
   * @param homeOfBlock empty where nothing is at home yet: then ranges go to whoever is free, which
   *     may be an executor that is still to come
   */
  static List<Optional<String>> preferred(
      List<BlockRange> ranges, List<Optional<String>> homeOfBlock, List<String> executors) {
    if (homeOfBlock.isEmpty()) {
      return Collections.nCopies(ranges.size(), Optional.empty());
    }
    int share = (ranges.size() + executors.size() - 1) / executors.size();
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

  /** Forgets all homes: what is resident there goes. */
  void close() {
    if (cached != null) {
      cached.unpersist(false);
    }
  }
}
