package io.github.trawl.factors;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.AttemptFile;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import io.github.trawl.tensor.LowRankTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.unsafe.UnsafeAllocationManager;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.InvalidArrowFileException;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes and reads factor files: the results of one solve of a stack as an Arrow IPC file. Its
 * record batches hold the tensors one after the other, as rows that {@link FactorRows} describes;
 * no batch holds rows of two tensors. Its schema holds the {@link FactorMetadata}.
 */
public final class FactorFile {
  /** How the names of factor files end. */
  static final String SUFFIX = ".arrow";

  private static final String CANNOT_READ = "cannot read the factors";

  private FactorFile() {}

  /**
   * The name of a factor file relative to an output, such as {@code factors/layer-11-fc.arrow}.
   *
   * @param name of the stack, or another that is unique in the output
   */
  public static String relativePath(String name) {
    return CheckpointWriter.FACTORS + "/" + name + SUFFIX;
  }

  /**
   * The factor files in the directory {@code factors} of {@code root} or, if it has none, in {@code
   * root} itself; sorted by name.
   *
   * @throws IOException if the directory is not there or can't be listed
   */
  public static List<Path> list(FileSystem fileSystem, Path root) throws IOException {
    Path inner = new Path(root, CheckpointWriter.FACTORS);
    Path directory = fileSystem.exists(inner) ? inner : root;
    return Arrays.stream(fileSystem.listStatus(directory))
        .filter(status -> status.isFile() && status.getPath().getName().endsWith(SUFFIX))
        .map(FileStatus::getPath)
        .sorted()
        .toList();
  }

  /**
   * Writes {@code set} as the file of a task attempt, which can be read before it is published.
   *
   * @param attempt name of the attempt, unique in the run
   * @param name of the file relative to the output
   * @throws TrawlException if the file cannot be written
   */
  public static WrittenFile write(
      Staging staging, String attempt, String name, FactorSet set, Configuration hadoop) {
    FactorCodec codec = FactorCodecs.of(set.tensors().get(0));
    List<List<FactorPart>> parts = set.tensors().stream().map(codec::parts).toList();
    List<Integer> batches = parts.stream().map(FactorRows::batches).toList();
    try (BufferAllocator allocator = allocator();
        VectorSchemaRoot root =
            VectorSchemaRoot.create(
                FactorRows.schema(FactorMetadata.of(set, codec, batches)), allocator);
        AttemptFile file = AttemptFile.createReadable(staging, attempt, name, hadoop);
        ArrowFileWriter writer =
            new ArrowFileWriter(root, null, Channels.newChannel(file.stream()))) {
      writer.start();
      for (int tensor = 0; tensor < parts.size(); tensor++) {
        for (FactorPart part : parts.get(tensor)) {
          int rows = FactorRows.batchRows(part);
          for (int start = 0; start < part.length(); start += rows) {
            int count = Math.min(rows, part.length() - start);
            FactorRows.fill(root, tensor, part, start, count);
            writer.writeBatch();
          }
        }
      }
      writer.end();
      return file.commit();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "cannot write the factors %s to %s: %s; check the storage and run again"
              .formatted(name, staging.output(), Problems.oneLine(e)),
          e);
    }
  }

  /**
   * Checks that {@code file} can be opened and has valid metadata; the values are not read.
   *
   * @throws TrawlException of category {@code SYSTEM} if not: this run wrote the file, so its
   *     storage has failed
   */
  public static void verifyStructure(Path file, Configuration hadoop) {
    try {
      header(file, hadoop);
    } catch (TrawlException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, "the written factors can't be read back: " + e.getMessage(), e);
    }
  }

  /**
   * Reads one decomposition, and only its record batches. A {@linkplain FactorHeader#nested nested}
   * file stores one tensor of the largest rank, which is read whole and cut to the wanted rank.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if the file is not there, is no factor
   *     file of this version, is damaged, or does not hold the decomposition; of category {@code
   *     SYSTEM} if the storage fails
   */
  public static LowRankTensor read(FactorRef ref, Configuration hadoop) {
    Path file = new Path(ref.file());
    return reading(
        file,
        hadoop,
        FactorFile::allocator,
        (reader, length) -> tensor(reader, length, header(reader), ref));
  }

  private static LowRankTensor tensor(
      ArrowFileReader reader, long length, FactorHeader header, FactorRef ref) throws IOException {
    FactorCodec codec = FactorCodecs.of(header.kind());
    int tensor = header.tensorIndex(ref);
    List<Integer> ranks = header.tensors().get(tensor).ranks();
    List<FactorPart.Size> sizes = codec.sizes(header.shape(), ranks);
    sizes.forEach(size -> size.check(length));
    List<FactorPart> parts = sizes.stream().map(FactorPart.Size::allocate).toList();
    load(
        reader,
        header,
        tensor,
        sizes,
        (part, row, values, start) -> {
          int rank = parts.get(part).rank();
          for (int r = 0; r < rank; r++) {
            parts.get(part).values()[row * rank + r] = values.get(start + r);
          }
        });
    LowRankTensor whole = codec.tensor(ranks, parts);
    return header.nested() && ref.rank() < ranks.get(0)
        ? codec.firstComponents(whole, ref.rank())
        : whole;
  }

  /**
   * Reads the decomposition of this name with the metadata of the file, so that it can be written
   * to another file. Its values are those of the file, bit for bit; of a nested file, they are the
   * first components.
   *
   * @throws TrawlException as {@link #read}
   */
  public static FactorSet readMember(Path file, String name, Configuration hadoop) {
    return reading(
        file,
        hadoop,
        FactorFile::allocator,
        (reader, length) -> {
          Map<String, String> metadata =
              reader.getVectorSchemaRoot().getSchema().getCustomMetadata();
          FactorHeader header = header(reader);
          FactorMember member = header.member(name);
          if (member == null) {
            throw new IllegalArgumentException("it holds no " + name);
          }
          FactorRef ref = new FactorRef(file.toString(), member.rank(), member.seed());
          return new FactorSet(
              header.stack(),
              header.slices(),
              header.nested(),
              List.of(member),
              List.of(tensor(reader, length, header, ref)),
              FactorMetadata.provenance(metadata));
        });
  }

  /**
   * Reads one decomposition into memory outside the heap; of a nested file only the first
   * components are kept, up to the wanted rank.
   *
   * @param memory for the factors, and for a record batch at a time while they are read
   * @return the factors, which the caller closes
   * @throws TrawlException as {@link #read}, or if memory runs out
   */
  static FactorMatrices readMatrices(FactorRef ref, OffHeapMemory memory, Configuration hadoop) {
    Path file = new Path(ref.file());
    try {
      return reading(
          file,
          hadoop,
          () -> memory.childAllocator(file.getName()),
          (reader, length) -> {
            FactorHeader header = header(reader);
            FactorCodec codec = FactorCodecs.of(header.kind());
            int tensor = header.tensorIndex(ref);
            List<Integer> ranks = header.tensors().get(tensor).ranks();
            List<FactorPart.Size> sizes = codec.sizes(header.shape(), ranks);
            sizes.forEach(size -> size.check(length));
            boolean first = header.nested() && ref.rank() < ranks.get(0);
            return matrices(
                codec,
                sizes,
                first ? ref.rank() : Integer.MAX_VALUE,
                memory,
                target -> load(reader, header, tensor, sizes, target));
          });
    } catch (OutOfMemoryException e) {
      // Arrow's exception is not the cause: it can't be sent from an executor to the driver.
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "%s: no off-heap memory is left to read it (limit %d MiB); raise %s"
              .formatted(Problems.show(file), memory.limitBytes() >> 20, OffHeapMemory.LIMIT_KEY));
    }
  }

  /** Passes the rows of a tensor to a target. */
  private interface Loading {
    void into(FactorRows.Target target) throws IOException;
  }

  /**
   * Reads the parts of a tensor into off-heap memory.
   *
   * @param width the most values of a row that are kept: the wanted rank if the tensor of a nested
   *     file is cut, else {@link Integer#MAX_VALUE}
   */
  private static FactorMatrices matrices(
      FactorCodec codec,
      List<FactorPart.Size> sizes,
      int width,
      OffHeapMemory memory,
      Loading loading)
      throws IOException {
    List<FloatMatrix> parts = new ArrayList<>();
    try {
      for (FactorPart.Size size : sizes) {
        parts.add(memory.floats(size.length(), Math.min(size.rank(), width)));
      }
      float[] copy = new float[sizes.stream().mapToInt(FactorPart.Size::rank).max().orElseThrow()];
      loading.into(
          (part, row, values, start) -> {
            int count = parts.get(part).columns();
            for (int r = 0; r < count; r++) {
              copy[r] = values.get(start + r);
            }
            parts.get(part).write(row, 0, copy, 0, count);
          });
      return codec.matrices(parts, memory);
    } catch (RuntimeException | IOException | Error e) {
      parts.forEach(FloatMatrix::close);
      throw e;
    }
  }

  /**
   * Reads the metadata of a file without its factors.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if the file is not there, is no factor
   *     file of this version, or is damaged; of category {@code SYSTEM} if the storage fails
   */
  public static FactorHeader header(Path file, Configuration hadoop) {
    return reading(file, hadoop, FactorFile::allocator, (reader, length) -> header(reader));
  }

  private static FactorHeader header(ArrowFileReader reader) throws IOException {
    FactorHeader header =
        FactorMetadata.parse(reader.getVectorSchemaRoot().getSchema().getCustomMetadata());
    int expected = header.firstBatch(header.tensors().size());
    if (reader.getRecordBlocks().size() != expected) {
      throw new IllegalArgumentException(
          reader.getRecordBlocks().size() + " record batches instead of " + expected);
    }
    return header;
  }

  /** Passes the rows of a tensor's parts to {@code target}, and requires that none is missing. */
  private static void load(
      ArrowFileReader reader,
      FactorHeader header,
      int tensor,
      List<FactorPart.Size> parts,
      FactorRows.Target target)
      throws IOException {
    int first = header.firstBatch(tensor);
    List<ArrowBlock> blocks =
        reader.getRecordBlocks().subList(first, first + header.tensors().get(tensor).batches());
    BitSet filled = new BitSet();
    for (ArrowBlock block : blocks) {
      reader.loadRecordBatch(block);
      FactorRows.read(reader.getVectorSchemaRoot(), tensor, parts, filled, target);
    }
    long expected = parts.stream().mapToLong(FactorPart.Size::length).sum();
    if (filled.cardinality() != expected) {
      throw new IllegalArgumentException(
          filled.cardinality() + " different rows instead of " + expected);
    }
  }

  private interface Work<T> {
    /** Works on an open file of {@code length} bytes. */
    T apply(ArrowFileReader reader, long length) throws IOException;
  }

  /**
   * Opens a file, runs {@code work} on it, and closes it. What Arrow and the parsers throw at a
   * damaged file becomes a {@link TrawlException} of category {@code BAD_INPUT}, a failure of the
   * storage one of category {@code SYSTEM}.
   */
  private static <T> T reading(
      Path file, Configuration hadoop, Supplier<BufferAllocator> allocators, Work<T> work) {
    FSDataInputStream stream;
    long length;
    try {
      FileSystem fileSystem = Storage.open(file, hadoop);
      length = fileSystem.getFileStatus(file).getLen();
      stream = fileSystem.open(file);
    } catch (IOException e) {
      throw Problems.reading(file, CANNOT_READ, e);
    }
    try (stream;
        BufferAllocator allocator = allocators.get();
        ArrowFileReader reader =
            new ArrowFileReader(new HadoopChannel(stream, length), allocator)) {
      return work.apply(reader, length);
    } catch (UncheckedIOException e) {
      throw Problems.reading(file, CANNOT_READ, e.getCause());
    } catch (IOException
        | ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | InvalidArrowFileException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s is not a factor file that can be read (%s); run the decomposition again"
              .formatted(Problems.show(file), Problems.oneLine(e)),
          e);
    }
  }

  /** Memory without a limit; the JVM's own limit on direct memory does not apply to it. */
  private static BufferAllocator allocator() {
    return new RootAllocator(
        RootAllocator.configBuilder()
            .allocationManagerFactory(UnsafeAllocationManager.FACTORY)
            .build());
  }
}
