package io.github.trawl.bench;

import io.github.trawl.tensor.TensorSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A tensor in a file that our processes and the peers' read: float32, slice by slice. */
final class TensorFile implements TensorSource {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int depth;
  private final int rows;
  private final int columns;

  /**
   * @param shape as {@code K,I,J}
   */
  TensorFile(Path file, String shape) {
    int[] sizes = Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).toArray();
    this.file = file.toAbsolutePath().toString();
    this.depth = sizes[0];
    this.rows = sizes[1];
    this.columns = sizes[2];
  }

  /**
   * Gaussian values of the size of trained weights, made once.
   *
   * @param directory where such files are kept
   */
  static TensorFile random(Path directory, int depth, int rows, int columns) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    String name = "random-" + depth + "x" + rows + "x" + columns + ".f32";
    return make(
        directory.resolve(name),
        depth,
        rows,
        columns,
        values -> {
          while (values.hasRemaining()) {
            values.put((float) (0.04 * random.nextGaussian()));
          }
        });
  }

  /** A file of the values that {@code filler} gives row by row, unless it is there already. */
  static TensorFile make(Path path, int depth, int rows, int columns, RowFiller filler)
      throws IOException {
    TensorFile tensor = new TensorFile(path, depth + "," + rows + "," + columns);
    if (Files.exists(path) && Files.size(path) == tensor.bytes()) {
      return tensor;
    }
    Files.createDirectories(path.getParent());
    Path unfinished = path.resolveSibling(path.getFileName() + ".part");
    ByteBuffer row = ByteBuffer.allocate(4 * columns).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (int i = 0; i < depth * rows; i++) {
        filler.fill(row.clear().asFloatBuffer());
        while (row.hasRemaining()) {
          channel.write(row);
        }
      }
    }
    Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
    return tensor;
  }

  /** Fills one row after the other. */
  interface RowFiller {
    void fill(FloatBuffer values);
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  long bytes() {
    return 4L * depth * rows * columns;
  }

  /** The arguments that name the tensor to a process. */
  String[] arguments(String what, int rank, int repetitions) {
    return new String[] {
      what,
      "--tensor=" + file,
      "--shape=" + depth + "," + rows + "," + columns,
      "--rank=" + rank,
      "--repetitions=" + repetitions
    };
  }

  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    long position = 4L * columns * ((long) slice * rows + rowStart);
    ByteBuffer row = ByteBuffer.allocate(4 * columns).order(ByteOrder.LITTLE_ENDIAN);
    // Not mapped: the pages would count as memory of the process that is measured.
    try (FileChannel channel = FileChannel.open(Path.of(file))) {
      channel.position(position);
      for (int i = 0; i < rowCount; i++) {
        row.clear();
        while (row.hasRemaining()) {
          if (channel.read(row) < 0) {
            throw new EOFException(file + " ends early");
          }
        }
        target.put(row.flip().asFloatBuffer());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "(" + depth + ", " + rows + ", " + columns + ")";
  }
}
