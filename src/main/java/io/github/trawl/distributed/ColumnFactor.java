package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.decomposition.Sums;
import io.github.trawl.tensor.Panels;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
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
 * <p>The lineage of the panels is cut, or it would reach back to the first sweep. They are kept on
 * two executors instead, so that the loss of one does no harm.
 */
final class ColumnFactor {
  private final JavaRDD<ColumnPanel> panels;
  private final CpBatch batch;
  private final Panels division;
  private final double[][] grams;

  private ColumnFactor(
      JavaRDD<ColumnPanel> panels, CpBatch batch, Panels division, double[][] grams) {
    this.panels = panels;
    this.batch = batch;
    this.division = division;
    this.grams = grams;
  }

  /**
   * Sums the partial MTTKRPs of each panel on one executor and solves them there.
   *
   * @param name of the tensor
   * @param division of the columns into panels
   */
  static ColumnFactor solve(
      JavaSparkContext spark,
      String name,
      CpBatch batch,
      Panels division,
      long memoryLimit,
      RDD<Tuple2<Integer, ColumnPartial>> partials,
      NormalEquations system) {
    JavaPairRDD<Integer, ColumnPartial> received =
        JavaPairRDD.fromJavaRDD(partials.toJavaRDD())
            .partitionBy(new PanelPartitioner(division.count(), partials.getNumPartitions()))
            .setName("column MTTKRP of " + name);
    JavaRDD<ColumnPanel> panels =
        received
            .mapPartitions(parts -> solve(batch, parts, system, memoryLimit))
            .setName("columns of " + name)
            .persist(storageLevel(spark));
    panels.rdd().localCheckpoint();
    TreeSum<double[][]> grams = gramSum();
    ArrivingResults.forEach(
        panels
            .mapPartitions(solved -> grams(batch, solved, memoryLimit))
            .setName("columns of " + name)
            .rdd(),
        grams::add);
    received.rdd().cleanShuffleDependencies(false);
    return new ColumnFactor(panels, batch, division, grams.total());
  }

  private static TreeSum<double[][]> gramSum() {
    return new TreeSum<>((left, right) -> Sums.of(List.of(left, right)));
  }

  private static Iterator<TreeSum.Part<double[][]>> grams(
      CpBatch batch, Iterator<ColumnPanel> panels, long memoryLimit) {
    TreeSum<double[][]> sum = gramSum();
    panels.forEachRemaining(panel -> sum.addLeaf(panel.index(), panel.grams(batch, memoryLimit)));
    return sum.parts().iterator();
  }

  private static Iterator<ColumnPanel> solve(
      CpBatch batch,
      Iterator<Tuple2<Integer, ColumnPartial>> parts,
      NormalEquations system,
      long memoryLimit) {
    Map<Integer, TreeSum<float[]>> sums = new HashMap<>();
    parts.forEachRemaining(
        part ->
            sums.computeIfAbsent(part._1, panel -> new TreeSum<>(ColumnPartial::add))
                .add(new TreeSum.Part<>(part._2.place(), part._2.values())));
    return sums.entrySet().stream()
        .map(
            sum ->
                ColumnPanel.solve(batch, sum.getKey(), sum.getValue().total(), system, memoryLimit))
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

  /** The Gram matrices BᵀB, R·R values a member. */
  double[][] grams() {
    return grams;
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
    panels.unpersist(false);
  }
}
