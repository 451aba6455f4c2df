package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.linalg.Arithmetic;
import io.github.trawl.spark.ArrivingResults;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.CleanUp;
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
 * The current B: panels of its rows, kept by the executors that solved them.
 *
 * <p>A panel is solved where it is first asked for, from partial MTTKRPs that are fetched from all
 * executors. Its lineage is cut once it is solved, or it would reach back to the first iteration.
 * Panels are kept on two executors instead, so that the loss of one does no harm.
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
   * The B whose panels are the sums of the partial MTTKRPs, solved.
   *
   * @param name of the tensor
   * @param division of the columns into panels
   * @param arithmetic gets what solves them
   */
  static ColumnFactor of(
      JavaSparkContext spark,
      String name,
      Panels division,
      long memoryLimit,
      CpBatch batch,
      RDD<Tuple2<Integer, ColumnPartial>> partials,
      TaskValue<IterationInput> input,
      SetAccumulator<Arithmetic> arithmetic) {
    JavaPairRDD<Integer, ColumnPartial> received =
        JavaPairRDD.fromJavaRDD(partials.toJavaRDD())
            .partitionBy(new PanelPartitioner(division.count(), partials.getNumPartitions()))
            .setName("column MTTKRP of " + name);
    JavaRDD<ColumnPanel> panels =
        received
            .mapPartitions(
                parts -> {
                  BlasSetting.apply();
                  arithmetic.add(Arithmetic.ofThisProcess());
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
                .add(new TreeSum.Part<>(part._2.place(), part._2.values())));
    return sums.entrySet().stream()
        .map(sum -> ColumnPanel.solve(input, sum.getKey(), sum.getValue().total(), memoryLimit))
        .iterator();
  }

  private static StorageLevel storageLevel(JavaSparkContext spark) {
    // The driver is one of them.
    int others = spark.sc().statusTracker().getExecutorInfos().length - 1;
    return others > 1 ? StorageLevel.MEMORY_AND_DISK_2() : StorageLevel.MEMORY_AND_DISK();
  }

  RDD<ColumnPanel> panels() {
    return panels.rdd();
  }

  /** Solves all panels, each by one executor. */
  void solve() {
    ArrivingResults.forEach(
        panels.map(ColumnPanel::index).setName(panels.name()).rdd(), panel -> {});
  }

  /**
   * Frees the partial MTTKRPs, which are no longer needed once all panels are solved. Called when a
   * job that needs all panels has succeeded or failed.
   */
  void solved() {
    CleanUp.run("free the " + received.name(), () -> ShuffleFiles.free(received.rdd()));
  }

  /** The columns of a member, J×R. */
  float[] member(int member) {
    int offset = batch.offset(member);
    int rank = batch.rank(member);
    int width = batch.width();
    float[] factor = new float[division.length() * rank];
    ArrivingResults.forEach(
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
