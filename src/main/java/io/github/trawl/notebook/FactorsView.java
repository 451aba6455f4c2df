package io.github.trawl.notebook;

import static org.apache.spark.sql.functions.col;

import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorRef;
import io.github.trawl.tensor.TensorShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Factors of decompositions as DataFrames. In each of them the columns {@code file}, {@code stack}
 * and {@code member} (its name) say to which decomposition a row belongs.
 */
public final class FactorsView {
  private static final String KEYS = "file STRING, stack STRING, member STRING, ";

  private final Frames frames;
  private final List<FactorLocation.LocatedMember> locatedMembers;

  /**
   * In the order of {@link #locatedMembers}; null until they are computed, which reads all factors.
   */
  private List<Components> components;

  private FactorsView(Frames frames, List<FactorLocation.LocatedMember> found) {
    this.frames = frames;
    this.locatedMembers = found;
  }

  static FactorsView open(SparkSession spark, String uri) {
    Frames frames = new Frames(spark);
    return new FactorsView(frames, FactorLocation.parse(uri, frames.hadoop()).find());
  }

  /**
   * A row for each decomposition: {@code file}, {@code stack}, {@code member} (its name, such as
   * {@code r64-s3}), {@code method}, {@code kind} ({@code kruskal} or {@code tucker}), {@code
   * rank}, {@code seed}, {@code fit}, {@code relative_error}, {@code iterations}, {@code reason},
   * {@code slices}, {@code rows} and {@code columns} of the stack.
   */
  public Dataset<Row> members() {
    return frames.of(
        KEYS
            + "method STRING, kind STRING, rank INT, seed BIGINT, fit DOUBLE,"
            + " relative_error DOUBLE, iterations INT, reason STRING, slices INT, rows INT,"
            + " columns INT",
        locatedMembers.stream().map(FactorsView::memberRow).toList());
  }

  private static Row memberRow(FactorLocation.LocatedMember each) {
    FactorMember member = each.member();
    TensorShape shape = each.header().shape();
    return RowFactory.create(
        each.name(),
        each.header().stack(),
        member.name(),
        each.header().method(),
        each.header().kind(),
        member.rank(),
        member.seed(),
        member.fit(),
        1 - member.fit(),
        member.iterations(),
        member.reason(),
        shape.depth(),
        shape.rows(),
        shape.columns());
  }

  /**
   * A row for each component of each decomposition: {@code component} (from 1, in descending order
   * of size), {@code value} (its norm: for CP |λ|, for an SVD the singular value, for Tucker the
   * norm of the part of the core that belongs to a column of A), {@code relative} (to the largest),
   * {@code energy} (share of the sum of squares, cumulative), {@code noise_edge} (the largest
   * component of noise alone, if all of the residual is noise) and {@code above_noise} (whether the
   * value exceeds {@code noise_edge}).
   *
   * <p>The first call of this method, {@link #shares} or {@link #similarity} reads all factors on
   * the executors.
   */
  public Dataset<Row> components() {
    List<Row> rows = new ArrayList<>();
    forEach(
        (each, parts) -> {
          Spectrum spectrum = Spectrum.of(parts.norms());
          rows.add(
              RowFactory.create(
                  each.name(),
                  each.header().stack(),
                  each.member().name(),
                  noiseEdge(each, parts),
                  spectrum.values(),
                  spectrum.relative(),
                  spectrum.energy()));
        });
    return frames
        .of(KEYS + "noise_edge DOUBLE, " + Spectrum.COLUMNS, rows)
        .select(Spectrum.explodedColumns(List.of("file", "stack", "member", "noise_edge")))
        .withColumn("above_noise", col("value").gt(col("noise_edge")));
  }

  /**
   * Returns the noise edge of a decomposition M of the stack X; null if the fit is not positive. As
   * M is a least-squares solution, X − M is orthogonal to M, so ‖X − M‖ follows from ‖M‖ and the
   * relative error.
   */
  private static Double noiseEdge(FactorLocation.LocatedMember each, Components parts) {
    TensorShape shape = each.header().shape();
    double error = 1 - each.member().fit();
    double captured = 1 - error * error;
    return captured <= 0
        ? null
        : (Double)
            NoiseThreshold.edgeOfResidual(
                shape.depth(),
                shape.rows(),
                shape.columns(),
                error * Math.sqrt(parts.squaredNorm() / captured));
  }

  /**
   * A row for each component and slice: {@code component}, {@code slice} (from 0), {@code layer},
   * {@code role}, {@code tensor}, {@code norm} (of the component in that slice) and {@code share}
   * (the square of that norm divided by the square of the component's norm: 1 means that the
   * component is in this slice alone).
   */
  public Dataset<Row> shares() {
    List<Row> rows = new ArrayList<>();
    forEach(
        (each, parts) -> {
          int rank = parts.norms().length;
          for (int k = 0; k < parts.depth(); k++) {
            SliceLabel label = SliceLabel.parse(each.header().slices().get(k));
            for (int r = 0; r < rank; r++) {
              double norm = parts.normsBySlice()[k * rank + r];
              double size = parts.norms()[r];
              rows.add(
                  RowFactory.create(
                      each.name(),
                      each.header().stack(),
                      each.member().name(),
                      r + 1,
                      k,
                      label.layer(),
                      label.role(),
                      label.tensor(),
                      norm,
                      size == 0 ? null : (Double) (norm / size * (norm / size))));
            }
          }
        });
    return frames.of(
        KEYS
            + "component INT, slice INT, layer INT, role STRING, tensor STRING, norm DOUBLE,"
            + " share DOUBLE",
        rows);
  }

  /**
   * A row for each ordered pair of slices of a stack, including a slice with itself: {@code slice},
   * {@code layer}, {@code role}, {@code other_slice}, {@code other_layer}, {@code other_role} and
   * {@code cosine} (of the angle between both slices of the approximation; null if one is zero).
   */
  public Dataset<Row> similarity() {
    List<Row> rows = new ArrayList<>();
    forEach(
        (each, parts) -> {
          List<SliceLabel> labels = each.header().slices().stream().map(SliceLabel::parse).toList();
          for (int k = 0; k < parts.depth(); k++) {
            for (int l = 0; l < parts.depth(); l++) {
              rows.add(
                  RowFactory.create(
                      each.name(),
                      each.header().stack(),
                      each.member().name(),
                      k,
                      labels.get(k).layer(),
                      labels.get(k).role(),
                      l,
                      labels.get(l).layer(),
                      labels.get(l).role(),
                      parts.cosine(k, l)));
            }
          }
        });
    return frames.of(
        KEYS
            + "slice INT, layer INT, role STRING, other_slice INT, other_layer INT,"
            + " other_role STRING, cosine DOUBLE",
        rows);
  }

  /** Passes each decomposition and its components to {@code work}; computes them at first use. */
  private synchronized void forEach(BiConsumer<FactorLocation.LocatedMember, Components> work) {
    if (components == null) {
      SerializableConfiguration hadoop = frames.serializableHadoop();
      components =
          frames
              .run(
                  "components of " + locatedMembers.size() + " decompositions",
                  locatedMembers.stream().map(each -> ComponentsTask.of(each, hadoop)).toList(),
                  ComponentsTask::run)
              .stream()
              .map(Components::of)
              .toList();
    }
    for (int i = 0; i < components.size(); i++) {
      work.accept(locatedMembers.get(i), components.get(i));
    }
  }

  private record ComponentsTask(FactorRef factors, SerializableConfiguration hadoop)
      implements Serializable {
    static ComponentsTask of(FactorLocation.LocatedMember each, SerializableConfiguration hadoop) {
      return new ComponentsTask(
          new FactorRef(each.file().toString(), each.member().rank(), each.member().seed()),
          hadoop);
    }

    Object[] run() {
      return Components.of(FactorFile.read(factors, hadoop.value())).toArrays();
    }
  }
}
