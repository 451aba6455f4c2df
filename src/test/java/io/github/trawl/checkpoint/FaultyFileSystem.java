package io.github.trawl.checkpoint;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system under {@code faulty://}, which fails where a test asks it to.
 *
 * <p>{@link #configuration()} makes an independent set of faults; all instances opened with that
 * configuration share it.
 */
public final class FaultyFileSystem extends FilterFileSystem {
  /** What can fail. */
  public enum Operation {
    OPEN,
    READ,
    CREATE,
    WRITE,
    CLOSE,
    MKDIRS,
    LIST,
    STATUS,
    DELETE,
    RENAME
  }

  /** How it fails. */
  public enum Fault {
    /** An IOException, nothing done. */
    THROW,
    /** A time-out before anything was done. */
    TIME_OUT_BEFORE,
    /** A time-out after it was done. */
    TIME_OUT_AFTER,
    /** The call returns false, nothing done. */
    REFUSE,
    /** A read returns one byte at most. */
    SHORT,
    /** A read finds the end of the file. */
    EARLY_END,
    /** A read returns other bytes. */
    WRONG_BYTES
  }

  private record Rule(
      Operation operation,
      Predicate<Path> where,
      Fault fault,
      AtomicInteger skips,
      AtomicInteger times,
      Runnable before) {}

  private static final String KEY = "faulty.rules";
  private static final Map<String, List<Rule>> RULES = new ConcurrentHashMap<>();

  private List<Rule> rules = List.of();

  /** For Hadoop, which then calls {@link #initialize}. */
  public FaultyFileSystem() {
    super(new RelabelledLocalFileSystem());
  }

  /** A configuration that knows the scheme, with no faults yet. */
  public static Configuration configuration() {
    String key = UUID.randomUUID().toString();
    RULES.put(key, new CopyOnWriteArrayList<>());
    Configuration configuration = new Configuration();
    configuration.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    configuration.setBoolean("fs.faulty.impl.disable.cache", true);
    configuration.set(KEY, key);
    return configuration;
  }

  /** Makes the next {@code times} calls fail whose path contains {@code where}. */
  public static void fail(
      Configuration configuration, Operation operation, String where, Fault fault, int times) {
    fail(configuration, operation, where, fault, 0, times);
  }

  /** As {@link #fail}, after the first {@code skips} calls that match. */
  public static void fail(
      Configuration configuration,
      Operation operation,
      String where,
      Fault fault,
      int skips,
      int times) {
    add(
        configuration,
        new Rule(
            operation,
            path -> path.toString().contains(where),
            fault,
            new AtomicInteger(skips),
            new AtomicInteger(times),
            () -> {}));
  }

  /** Runs an action just before the next call whose path contains {@code where}. */
  public static void before(
      Configuration configuration, Operation operation, String where, Runnable action) {
    add(
        configuration,
        new Rule(
            operation,
            path -> path.toString().contains(where),
            null,
            new AtomicInteger(),
            new AtomicInteger(1),
            action));
  }

  /** Takes all faults away. */
  public static void heal(Configuration configuration) {
    RULES.get(configuration.get(KEY)).clear();
  }

  /** The faulty path of a local file or directory. */
  public static Path path(java.nio.file.Path local) {
    return new Path("faulty://" + local.toAbsolutePath());
  }

  private static void add(Configuration configuration, Rule rule) {
    RULES.get(configuration.get(KEY)).add(rule);
  }

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    rules = RULES.get(configuration.get(KEY));
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    Fault fault = next(Operation.OPEN, file);
    refuse(fault, file);
    return new FSDataInputStream(new FaultyInput(file, super.open(file, bufferSize)));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    Fault fault = next(Operation.CREATE, file);
    refuse(fault, file);
    OutputStream stream =
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(new FaultyOutput(file, stream), null);
  }

  @Override
  public boolean mkdirs(Path directory, FsPermission permission) throws IOException {
    return around(Operation.MKDIRS, directory, () -> super.mkdirs(directory, permission));
  }

  @Override
  public boolean mkdirs(Path directory) throws IOException {
    return around(Operation.MKDIRS, directory, () -> super.mkdirs(directory));
  }

  @Override
  public FileStatus[] listStatus(Path directory) throws IOException {
    refuse(next(Operation.LIST, directory), directory);
    return super.listStatus(directory);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    refuse(next(Operation.STATUS, path), path);
    return super.getFileStatus(path);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return around(Operation.DELETE, path, () -> super.delete(path, recursive));
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    return around(
        Operation.RENAME,
        new Path(source + "->" + target.getName()),
        () -> super.rename(source, target));
  }

  private interface Call {
    boolean run() throws IOException;
  }

  private boolean around(Operation operation, Path path, Call call) throws IOException {
    Fault fault = next(operation, path);
    if (fault == Fault.REFUSE) {
      return false;
    }
    if (fault == Fault.TIME_OUT_AFTER) {
      call.run();
      throw new SocketTimeoutException("injected time-out after " + operation);
    }
    refuse(fault, path);
    return call.run();
  }

  private Fault next(Operation operation, Path path) {
    for (Rule rule : rules) {
      if (rule.operation() == operation
          && rule.where().test(path)
          && rule.times().get() > 0
          && rule.skips().getAndDecrement() <= 0
          && rule.times().getAndDecrement() > 0) {
        rule.before().run();
        return rule.fault();
      }
    }
    return null;
  }

  private static void refuse(Fault fault, Path path) throws IOException {
    if (fault == Fault.THROW) {
      throw new IOException("injected failure at " + path.getName());
    }
    if (fault == Fault.TIME_OUT_BEFORE) {
      throw new SocketTimeoutException("injected time-out at " + path.getName());
    }
  }

  private final class FaultyInput extends FSInputStream {
    private final Path file;
    private final FSDataInputStream source;

    FaultyInput(Path file, FSDataInputStream source) {
      this.file = file;
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Fault fault = next(Operation.READ, file);
      refuse(fault, file);
      if (fault == Fault.EARLY_END) {
        return -1;
      }
      int count = source.read(target, offset, fault == Fault.SHORT ? Math.min(1, length) : length);
      spoil(fault, target, offset, count);
      return count;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      Fault fault = next(Operation.READ, file);
      refuse(fault, file);
      if (fault == Fault.EARLY_END) {
        return -1;
      }
      int asked = fault == Fault.SHORT ? Math.min(1, length) : length;
      int count = source.read(position, target, offset, asked);
      spoil(fault, target, offset, count);
      return count;
    }

    private void spoil(Fault fault, byte[] target, int offset, int count) {
      if (fault == Fault.WRONG_BYTES && count > 0) {
        Arrays.fill(target, offset + count - 1, offset + count, (byte) 0x5a);
      }
    }

    @Override
    public void seek(long position) throws IOException {
      source.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return source.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) throws IOException {
      return source.seekToNewSource(position);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }

    @Override
    public int available() throws IOException {
      return ((InputStream) source).available();
    }
  }

  private final class FaultyOutput extends FilterOutputStream {
    private final Path file;

    FaultyOutput(Path file, OutputStream target) {
      super(target);
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      refuse(next(Operation.WRITE, file), file);
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      Fault fault = next(Operation.CLOSE, file);
      out.close();
      refuse(fault, file);
    }
  }

  /** The local file system, which otherwise refuses paths of another scheme. */
  private static final class RelabelledLocalFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("faulty:///");
    }
  }
}
