package io.github.trawl.factors;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AttemptFile;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.unsafe.UnsafeAllocationManager;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.InvalidArrowFileException;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The factors of a stack as an Arrow IPC file.
 *
 * <p>A row for each index of each mode: {@code mode} (int8: 0 slices, 1 rows, 2 columns of the
 * stacked matrices), {@code index} (int32) and {@code factor} (fixed-size list of float32, as wide
 * as the largest rank, padded with zeros). For Tucker the core follows as rows of mode −1, one for
 * each of the R0·R1 fibres of R2 values. The schema's metadata says {@code trawl.kind} (kruskal or
 * tucker), {@code trawl.shape} (K,I,J), {@code trawl.ranks} (R, or R0,R1,R2), {@code trawl.weights}
 * (kruskal only) and the provenance.
 */
public final class FactorFile {
  /** Metadata key of K,I,J. */
  static final String SHAPE = "shape";

  /** Metadata key of the labels of the matrices, in the order of the first mode. */
  public static final String SLICES = "slices";

  /** Between two labels. */
  public static final String SLICE_SEPARATOR = "; ";

  private static final String PREFIX = "trawl.";
  private static final int BATCH_ROWS = 8192;
  private static final int CORE = -1;

  private FactorFile() {}

  /**
   * Writes {@code tensor} as the file of an attempt, which can be read before it is published.
   *
   * @param attempt name of the attempt, unique in the run
   * @param name of the file relative to the output
   * @param provenance written to the metadata under {@code trawl.}
   * @throws TrawlException if the file cannot be written
   */
  public static WrittenFile write(
      Staging staging,
      String attempt,
      String name,
      LowRankTensor tensor,
      Map<String, String> provenance,
      Configuration hadoop) {
    List<Part> parts = parts(tensor);
    int width = parts.stream().mapToInt(Part::rank).max().orElseThrow();
    try (BufferAllocator allocator = allocator();
        VectorSchemaRoot root =
            VectorSchemaRoot.create(schema(width, metadata(tensor, provenance)), allocator);
        AttemptFile file = AttemptFile.createReadable(staging, attempt, name, hadoop);
        ArrowFileWriter writer =
            new ArrowFileWriter(root, null, Channels.newChannel(file.stream()))) {
      writer.start();
      for (Part part : parts) {
        for (int start = 0; start < part.length(); start += BATCH_ROWS) {
          fill(root, part, start, Math.min(BATCH_ROWS, part.length() - start), width);
          writer.writeBatch();
        }
      }
      writer.end();
      return file.commit();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "cannot write the factors %s to %s: %s; check the storage and run again"
              .formatted(name, staging.output(), e.getMessage()),
          e);
    }
  }

  /**
   * Checks that {@code file} can be opened and says what it holds; the values are not read.
   *
   * @throws TrawlException of category {@code SYSTEM} if it can't: what was written is not there
   */
  public static void verifyStructure(Path file, Configuration hadoop) {
    try {
      if (!metadata(file, hadoop).containsKey(SHAPE)) {
        throw bad(file, "has no " + PREFIX + SHAPE + " in its metadata", null);
      }
    } catch (TrawlException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, "the written factors can't be read back: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws TrawlException if the file cannot be read or does not hold factors
   */
  public static LowRankTensor read(Path file, Configuration hadoop) {
    try (BufferAllocator allocator = allocator();
        FSDataInputStream stream = Storage.open(file, hadoop).open(file);
        ArrowFileReader reader =
            new ArrowFileReader(new HadoopChannel(stream, length(file, hadoop)), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      Map<String, String> metadata = root.getSchema().getCustomMetadata();
      List<Integer> shape = integers(file, metadata, SHAPE);
      List<Integer> ranks = integers(file, metadata, "ranks");
      List<Part> parts = new ArrayList<>();
      boolean kruskal = ranks.size() == 1;
      long limit = length(file, hadoop);
      for (int mode = 0; mode < 3; mode++) {
        int rank = ranks.get(kruskal ? 0 : mode);
        parts.add(Part.empty(mode, shape.get(mode), rank, limit));
      }
      if (!kruskal) {
        int fibres = Math.multiplyExact(ranks.get(0), ranks.get(1));
        parts.add(Part.empty(CORE, fibres, ranks.get(2), limit));
      }
      BitSet filled = new BitSet();
      while (reader.loadNextBatch()) {
        copy(root, parts, filled);
      }
      long rows = filled.cardinality();
      long expected = parts.stream().mapToLong(Part::length).sum();
      if (rows != expected) {
        throw bad(file, "has " + rows + " different rows instead of " + expected, null);
      }
      return tensor(file, metadata, ranks, parts);
    } catch (IOException
        | ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | InvalidArrowFileException e) {
      throw bad(file, "is not a readable factor file (" + e.getMessage() + ")", e);
    }
  }

  /**
   * The metadata of a file without the prefix {@code trawl.}: kind, shape, ranks and provenance.
   *
   * @throws TrawlException if the file cannot be read or is no Arrow file
   */
  static Map<String, String> metadata(Path file, Configuration hadoop) {
    try (BufferAllocator allocator = allocator();
        FSDataInputStream stream = Storage.open(file, hadoop).open(file);
        ArrowFileReader reader =
            new ArrowFileReader(new HadoopChannel(stream, length(file, hadoop)), allocator)) {
      Map<String, String> metadata = new LinkedHashMap<>();
      reader
          .getVectorSchemaRoot()
          .getSchema()
          .getCustomMetadata()
          .forEach(
              (key, value) -> {
                if (key.startsWith(PREFIX)) {
                  metadata.put(key.substring(PREFIX.length()), value);
                }
              });
      return metadata;
    } catch (IOException | IllegalArgumentException | InvalidArrowFileException e) {
      throw bad(file, "is not a readable factor file (" + e.getMessage() + ")", e);
    }
  }

  /**
   * @param mode 0, 1, 2, or −1 for the core
   * @param rank values in a row
   */
  @SuppressWarnings("ArrayRecordComponent") // Views of the factors, not copies.
  private record Part(int mode, int rank, float[] values) {
    /** Refuses sizes that no file of {@code limit} bytes can hold, before memory is taken. */
    static Part empty(int mode, int length, int rank, long limit) {
      long bytes = 4L * Math.multiplyExact(length, rank);
      if (length < 1 || rank < 1 || bytes > limit) {
        throw new IllegalArgumentException(
            "%d rows of %d values for mode %d do not fit the file".formatted(length, rank, mode));
      }
      return new Part(mode, rank, new float[length * rank]);
    }

    int length() {
      return values.length / rank;
    }
  }

  private static List<Part> parts(LowRankTensor tensor) {
    if (tensor instanceof KruskalTensor kruskal) {
      int rank = kruskal.rank();
      return List.of(
          new Part(0, rank, kruskal.c()),
          new Part(1, rank, kruskal.a()),
          new Part(2, rank, kruskal.b()));
    }
    TuckerTensor tucker = (TuckerTensor) tensor;
    return List.of(
        new Part(0, tucker.coreDepth(), tucker.c()),
        new Part(1, tucker.coreRows(), tucker.a()),
        new Part(2, tucker.coreColumns(), tucker.b()),
        new Part(CORE, tucker.coreColumns(), tucker.core()));
  }

  private static LowRankTensor tensor(
      Path file, Map<String, String> metadata, List<Integer> ranks, List<Part> parts) {
    float[] c = parts.get(0).values();
    float[] a = parts.get(1).values();
    float[] b = parts.get(2).values();
    if (ranks.size() == 3) {
      return new TuckerTensor(
          ranks.get(0), ranks.get(1), ranks.get(2), parts.get(3).values(), c, a, b);
    }
    String[] texts = text(file, metadata, "weights").split(",", -1);
    float[] weights = new float[texts.length];
    for (int r = 0; r < texts.length; r++) {
      weights[r] = Float.parseFloat(texts[r]);
    }
    return new KruskalTensor(weights, c, a, b);
  }

  private static Map<String, String> metadata(
      LowRankTensor tensor, Map<String, String> provenance) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(PREFIX + SHAPE, tensor.depth() + "," + tensor.rows() + "," + tensor.columns());
    if (tensor instanceof KruskalTensor kruskal) {
      metadata.put(PREFIX + "kind", "kruskal");
      metadata.put(PREFIX + "ranks", Integer.toString(kruskal.rank()));
      List<String> weights = new ArrayList<>();
      for (float weight : kruskal.weights()) {
        weights.add(Float.toString(weight));
      }
      metadata.put(PREFIX + "weights", String.join(",", weights));
    } else if (tensor instanceof TuckerTensor tucker) {
      metadata.put(PREFIX + "kind", "tucker");
      metadata.put(
          PREFIX + "ranks",
          tucker.coreDepth() + "," + tucker.coreRows() + "," + tucker.coreColumns());
    }
    provenance.forEach((key, value) -> metadata.put(PREFIX + key, value));
    return metadata;
  }

  private static Schema schema(int width, Map<String, String> metadata) {
    Field value =
        new Field(
            "item",
            FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            null);
    return new Schema(
        List.of(
            new Field("mode", FieldType.notNullable(new ArrowType.Int(8, true)), null),
            new Field("index", FieldType.notNullable(new ArrowType.Int(32, true)), null),
            new Field(
                "factor",
                FieldType.notNullable(new ArrowType.FixedSizeList(width)),
                List.of(value))),
        metadata);
  }

  private static void fill(VectorSchemaRoot root, Part part, int start, int count, int width) {
    root.getFieldVectors().forEach(FieldVector::reset);
    TinyIntVector mode = (TinyIntVector) root.getVector("mode");
    IntVector index = (IntVector) root.getVector("index");
    FixedSizeListVector factor = (FixedSizeListVector) root.getVector("factor");
    Float4Vector values = (Float4Vector) factor.getDataVector();
    mode.allocateNew(count);
    index.allocateNew(count);
    factor.setInitialCapacity(count);
    factor.allocateNew();
    values.allocateNew(count * width);
    for (int row = 0; row < count; row++) {
      mode.set(row, part.mode());
      index.set(row, start + row);
      factor.setNotNull(row);
      for (int r = 0; r < width; r++) {
        values.set(
            row * width + r, r < part.rank() ? part.values()[(start + row) * part.rank() + r] : 0);
      }
    }
    values.setValueCount(count * width);
    root.setRowCount(count);
  }

  /**
   * @param filled gets the number of each row: those of mode 0, then 1, 2 and the core
   */
  private static void copy(VectorSchemaRoot root, List<Part> parts, BitSet filled) {
    TinyIntVector mode = (TinyIntVector) root.getVector("mode");
    IntVector index = (IntVector) root.getVector("index");
    FixedSizeListVector factor = (FixedSizeListVector) root.getVector("factor");
    Float4Vector values = (Float4Vector) factor.getDataVector();
    int width = factor.getListSize();
    for (int row = 0; row < root.getRowCount(); row++) {
      int number = mode.get(row) == CORE ? 3 : Objects.checkIndex(mode.get(row), 3);
      Part part = parts.get(number);
      Objects.checkIndex(index.get(row), part.length());
      filled.set(parts.subList(0, number).stream().mapToInt(Part::length).sum() + index.get(row));
      for (int r = 0; r < part.rank(); r++) {
        part.values()[index.get(row) * part.rank() + r] = values.get(row * width + r);
      }
    }
  }

  private static List<Integer> integers(Path file, Map<String, String> metadata, String key) {
    return Arrays.stream(text(file, metadata, key).split(",", -1))
        .map(Integer::valueOf)
        .collect(Collectors.toList());
  }

  private static String text(Path file, Map<String, String> metadata, String key) {
    String value = metadata.get(PREFIX + key);
    if (value == null) {
      throw bad(file, "has no " + PREFIX + key + " in its metadata", null);
    }
    return value;
  }

  private static long length(Path file, Configuration hadoop) throws IOException {
    return Storage.open(file, hadoop).getFileStatus(file).getLen();
  }

  private static TrawlException bad(Path file, String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT, file + " " + what + "; run the decomposition again", cause);
  }

  private static BufferAllocator allocator() {
    return new RootAllocator(
        RootAllocator.configBuilder()
            .allocationManagerFactory(UnsafeAllocationManager.FACTORY)
            .build());
  }
}
