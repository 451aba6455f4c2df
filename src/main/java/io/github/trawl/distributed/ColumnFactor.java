package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.RddResults;
import io.github.trawl.spark.SetAccumulator;
import io.github.trawl.tensor.Panels;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The current B as an RDD of panels of its rows, which stay on the executors that solved them.
 *
 * <p>A panel is solved on the executor that first asks for it, from partial MTTKRPs that are
 * fetched from all executors. Once panels are solved, {@code localCheckpoint} cuts the lineage of
 * the RDD, which would otherwise reach back to the first iteration. Lost panels then can't be
 * computed again, so each is kept on two executors if there are two.
 */
final class ColumnFactor {
  private final JavaPairRDD<Integer, ColumnPartial> received;
  private final JavaRDD<ColumnPanel> panels;
  private final CpBatch batch;
  private final Panels division;

  private ColumnFactor(
      JavaPairRDD<Integer, ColumnPartial> received,
      JavaRDD<ColumnPanel> panels,
      CpBatch batch,
      Panels division) {
    this.received = received;
    this.panels = panels;
    this.batch = batch;
    this.division = division;
  }

  /**
   * Creates the B that is solved, panel by panel, from the sums of partial MTTKRPs. Runs no job.
   *
   * @param name of the tensor
   * @param division of the columns into panels
   * @param partials the partial MTTKRPs, each with the index of its panel
   * @param input the values of the iteration
   * @param arithmetic collects the BLAS and processor of each process that solves panels
   */
  static ColumnFactor of(
      JavaSparkContext spark,
      String name,
      Panels division,
      long memoryLimit,
      CpBatch batch,
      RDD<Tuple2<Integer, ColumnPartial>> partials,
      TaskValue<IterationInput> input,
      SetAccumulator<BlasAndCpu> arithmetic) {
    JavaPairRDD<Integer, ColumnPartial> received =
        JavaPairRDD.fromJavaRDD(partials.toJavaRDD())
            .partitionBy(new PanelPartitioner(division.count(), partials.getNumPartitions()))
            .setName("column MTTKRP of " + name);
    JavaRDD<ColumnPanel> panels =
        received
            .mapPartitions(
                parts -> {
                  BlasSetting.apply();
                  arithmetic.add(BlasAndCpu.ofThisProcess());
                  return solve(parts, input.value(), memoryLimit);
                })
            .setName("columns of " + name)
            .persist(storageLevel(spark));
    panels.rdd().localCheckpoint();
    return new ColumnFactor(received, panels, batch, division);
  }

  private static Iterator<ColumnPanel> solve(
      Iterator<Tuple2<Integer, ColumnPartial>> parts, IterationInput input, long memoryLimit) {
    Map<Integer, TreeSum<float[]>> sums = new HashMap<>();
    parts.forEachRemaining(
        part ->
            sums.computeIfAbsent(part._1, panel -> new TreeSum<>(ColumnPartial::add))
                .add(new TreeSum.Part<>(part._2.subtree(), part._2.values())));
    return sums.entrySet().stream()
        .map(sum -> ColumnPanel.solve(input, sum.getKey(), sum.getValue().total(), memoryLimit))
        .iterator();
  }

  private static StorageLevel storageLevel(JavaSparkContext spark) {
    // Spark counts the driver among the executors.
    int others = spark.sc().statusTracker().getExecutorInfos().length - 1;
    return others > 1 ? StorageLevel.MEMORY_AND_DISK_2() : StorageLevel.MEMORY_AND_DISK();
  }

  RDD<ColumnPanel> panels() {
    return panels.rdd();
  }

  /** Runs a job that solves all panels, and leaves them on the executors. */
  void solve() {
    RddResults.forEach(panels.map(ColumnPanel::index).setName(panels.name()).rdd(), panel -> {});
  }

  /**
   * Frees the partial MTTKRPs. Must be called only after a job that needs all panels has ended: if
   * it succeeded, all panels are solved and need no partial MTTKRPs; if it failed, the panels are
   * freed as well.
   */
  void freePartials() {
    CleanUp.run("free the " + received.name(), () -> ShuffleFiles.free(received.rdd()));
  }

  /** Returns the factor B of a member, J×R. */
  float[] member(int member) {
    int offset = batch.offset(member);
    int rank = batch.rank(member);
    int width = batch.width();
    float[] factor = new float[division.length() * rank];
    RddResults.forEach(
        panels
            .map(panel -> new Tuple2<>(panel.index(), panel.columns(width, offset, rank)))
            .setName(panels.name())
            .rdd(),
        part ->
            System.arraycopy(part._2, 0, factor, division.start(part._1) * rank, part._2.length));
    return factor;
  }

  void close() {
    CleanUp.run("free the " + panels.name(), () -> panels.unpersist(false));
  }
}
