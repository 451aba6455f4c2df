package io.github.trawl.checkpoint;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * The local file system under {@code counting://}, which notes what is opened and read, as an
 * object store would see it: each positioned read and each range is a request.
 *
 * <p>All instances opened with one {@link #configuration} share its notes.
 */
public final class CountingFileSystem extends FilterFileSystem {
  private static final String KEY = "counting.notes";
  private static final String VECTORED = "counting.vectored";
  private static final Map<String, Notes> NOTES = new ConcurrentHashMap<>();

  private Notes notes;
  private boolean vectored;

  /** What happened. */
  private static final class Notes {
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private final List<String> listed = new CopyOnWriteArrayList<>();
    private final List<Integer> requests = new CopyOnWriteArrayList<>();
    private final List<Integer> calls = new CopyOnWriteArrayList<>();
  }

  /** For Hadoop, which then calls {@link #initialize}. */
  public CountingFileSystem() {
    super(new RelabelledLocalFileSystem());
  }

  /**
   * A configuration that knows the scheme, with nothing noted.
   *
   * @param vectored whether streams read several ranges at a time themselves
   */
  public static Configuration configuration(boolean vectored) {
    String key = UUID.randomUUID().toString();
    NOTES.put(key, new Notes());
    Configuration configuration = new Configuration();
    configuration.set("fs.counting.impl", CountingFileSystem.class.getName());
    configuration.setBoolean("fs.counting.impl.disable.cache", true);
    configuration.set(KEY, key);
    configuration.setBoolean(VECTORED, vectored);
    return configuration;
  }

  /** The counted path of a local file or directory. */
  public static Path path(java.nio.file.Path local) {
    return new Path("counting://" + local.toAbsolutePath());
  }

  /** Forgets what was noted. */
  public static void reset(Configuration configuration) {
    NOTES.put(configuration.get(KEY), new Notes());
  }

  /** How many times files were opened. */
  public static int opens(Configuration configuration) {
    return NOTES.get(configuration.get(KEY)).opened.size();
  }

  /** How many times directories were listed. */
  public static int lists(Configuration configuration) {
    return NOTES.get(configuration.get(KEY)).listed.size();
  }

  /** Bytes of each request. */
  public static List<Integer> requests(Configuration configuration) {
    return List.copyOf(NOTES.get(configuration.get(KEY)).requests);
  }

  /** The number of ranges of each call for several. */
  public static List<Integer> vectoredCalls(Configuration configuration) {
    return List.copyOf(NOTES.get(configuration.get(KEY)).calls);
  }

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    notes = NOTES.get(configuration.get(KEY));
    vectored = configuration.getBoolean(VECTORED, false);
  }

  @Override
  public String getScheme() {
    return "counting";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    notes.opened.add(file.getName());
    return new FSDataInputStream(new CountedInput(super.open(file, bufferSize)));
  }

  @Override
  public FileStatus[] listStatus(Path directory) throws IOException {
    notes.listed.add(directory.getName());
    return super.listStatus(directory);
  }

  private final class CountedInput extends FSInputStream implements StreamCapabilities {
    private final FSDataInputStream source;

    CountedInput(FSDataInputStream source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      notes.requests.add(1);
      return source.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      notes.requests.add(length);
      return source.read(target, offset, length);
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      notes.requests.add(length);
      return source.read(position, target, offset, length);
    }

    @Override
    public void readFully(long position, byte[] target, int offset, int length) throws IOException {
      notes.requests.add(length);
      source.readFully(position, target, offset, length);
    }

    @Override
    public boolean hasCapability(String capability) {
      return vectored && capability.equals(StreamCapabilities.VECTOREDIO);
    }

    /** As S3A does: ranges in any order, none of which overlaps another, and done later. */
    @Override
    public void readVectored(List<? extends FileRange> ranges, IntFunction<ByteBuffer> allocate) {
      notes.calls.add(ranges.size());
      List<FileRange> sorted = new ArrayList<>(ranges);
      sorted.sort((left, right) -> Long.compare(left.getOffset(), right.getOffset()));
      for (int i = 1; i < sorted.size(); i++) {
        FileRange before = sorted.get(i - 1);
        if (before.getOffset() + before.getLength() > sorted.get(i).getOffset()) {
          throw new IllegalArgumentException("overlapping ranges " + before + sorted.get(i));
        }
      }
      for (FileRange range : ranges) {
        range.setData(CompletableFuture.supplyAsync(() -> read(range, allocate)));
      }
    }

    private ByteBuffer read(FileRange range, IntFunction<ByteBuffer> allocate) {
      ByteBuffer buffer = allocate.apply(range.getLength());
      notes.requests.add(range.getLength());
      try {
        source.readFully(
            range.getOffset(), buffer.array(), buffer.arrayOffset(), range.getLength());
      } catch (IOException e) {
        throw new CompletionException(e);
      }
      return buffer;
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
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  /** The local file system, which otherwise refuses paths of another scheme. */
  private static final class RelabelledLocalFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("counting:///");
    }
  }
}
