package io.github.trawl.distributed;

import io.github.trawl.spark.CleanUp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
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
 * cached, and there its blocks are resident. An executor that has one is not idle to dynamic
 * allocation. When executors came or went so that the blocks are spread unevenly, they are divided
 * anew: blocks that move are read again, no result depends on it.
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

  /** Divides the blocks anew if the executors that are there would be done sooner. */
  void follow() {
    if (cached == null || spark.isLocal()) {
      return;
    }
    ClusterSize now = cluster.get();
    if (now.executors() == 0) {
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
    int share = (ranges.size() + now.executors() - 1) / Math.max(1, now.executors());
    List<Optional<String>> preferred = preferred(ranges, homeOfBlock, share);
    List<Tuple2<BlockRange, Seq<String>>> located = new ArrayList<>();
    for (int range = 0; range < ranges.size(); range++) {
      List<String> places = preferred.get(range).stream().toList();
      located.add(new Tuple2<>(ranges.get(range), CollectionConverters.asScala(places).toSeq()));
    }
    LOG.info(
        "{}: {} blocks in {} tasks for {} executors", name, blocks, ranges.size(), now.executors());
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
            // Not in memory alone: what Spark drops from there, no task would be sent to again.
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
        .map(place -> place.map(BlockHomes::location))
        .toList();
  }

  /** How Spark writes that a task should run in one executor. */
  private static String location(BlockManagerId executor) {
    return "executor_" + executor.host() + "_" + executor.executorId();
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
    double slots = Math.max(1.0, (double) cluster.slots() / cluster.executors());
    double longest = load.values().stream().mapToInt(size -> size).max().orElse(0) / slots;
    return Math.ceil(longest) > TOLERANCE * Math.ceil((double) blocks / cluster.slots());
  }

  /**
   * For each range the executor that has most of its blocks, as long as it gets no more than its
   * share; none for the ranges that others are to take.
   *
   * @param homeOfBlock empty where nothing is at home yet
   * @param share the most ranges an executor gets
   */
  static List<Optional<String>> preferred(
      List<BlockRange> ranges, List<Optional<String>> homeOfBlock, int share) {
    Map<String, Integer> given = new HashMap<>();
    List<Optional<String>> preferred = new ArrayList<>();
    for (BlockRange range : ranges) {
      Map<String, Integer> present = new HashMap<>();
      for (int block = range.start(); block < Math.min(range.end(), homeOfBlock.size()); block++) {
        homeOfBlock.get(block).ifPresent(home -> present.merge(home, 1, Integer::sum));
      }
      Optional<String> home =
          present.entrySet().stream()
              .filter(entry -> given.getOrDefault(entry.getKey(), 0) < share)
              .max(
                  Map.Entry.<String, Integer>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey()))
              .map(Map.Entry::getKey);
      home.ifPresent(executor -> given.merge(executor, 1, Integer::sum));
      preferred.add(home);
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
