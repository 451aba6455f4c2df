package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a model directory that appears whole or not at all: its files are staged, verified and
 * then published.
 *
 * <p>A run has a hidden directory beside the output. Each attempt of a task writes to a directory
 * of its own below it, or begins uploads to the output that stay invisible ({@link AttemptFile}).
 * Of these files, only those that are handed to {@link #add} become part of the output. {@link
 * #publish()} verifies them and renames the directory in one step. Where the file system can't do
 * that, as in object stores, files appear one by one and {@code trawl.json} last; until then the
 * output is marked as unfinished. {@link #close()} removes what was not published, and so does a
 * process that is told to end (SIGTERM, SIGINT). A run that is killed (SIGKILL) leaves its
 * directory behind, and the next run to the same output warns of it.
 *
 * <p>Methods may be called from several threads, such as that of a shutdown hook.
 */
public final class CheckpointWriter implements Closeable {
  /** Name of the manifest. */
  public static final String MANIFEST = "trawl.json";

  /** Name of the directory of factors. */
  public static final String FACTORS = "factors";

  /**
   * Name of the file that shows that the run is alive, and of one that fills an empty directory.
   */
  private static final String RUN_FILE = ".trawl-run";

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  /**
   * The manifest of a model that no run of {@code denoise} made, such as an imported one. It is
   * empty, but is needed to mark the output as finished on object stores.
   */
  private static final byte[] NO_MANIFEST = "{}".getBytes(StandardCharsets.UTF_8);

  /** Checks the finished files before they count as the output. */
  public interface Check {
    /**
     * Checks the files in {@code directory}.
     *
     * @throws TrawlException if a file is not as it should be; the output is then not published
     */
    void run(Path directory);
  }

  private enum State {
    OPEN,
    PUBLISHED,
    ABORTED,
    UNKNOWN
  }

  private final FileSystem fileSystem;
  private final Path output;
  private final Path root;
  private final Path previous;
  private final boolean overwrite;
  private final Configuration hadoop;
  private final String run = UUID.randomUUID().toString();
  private final ShutdownCleanup cleanup = new ShutdownCleanup(this::close);
  private final Map<String, WrittenFile> files = new LinkedHashMap<>();

  /**
   * Names of files that are in {@link #directory} already, so that {@link #publish} can be retried.
   */
  private final Set<String> placed = new HashSet<>();

  /** What {@link OutputCheck#state} returned for the output when this run began. */
  private Optional<String> initialState = Optional.empty();

  /** The run whose marker lay in the output when this run began. */
  private Optional<String> unfinishedRun = Optional.empty();

  private Optional<byte[]> manifest = Optional.empty();
  private Check check = directory -> {};

  /** Whether the output holds a model. */
  private boolean weights = true;

  /** The model whose files {@link #copyOtherFiles} copied; null before that. */
  private Checkpoint input;

  private Optional<Heartbeat> heartbeat = Optional.empty();
  private State state = State.OPEN;

  private CheckpointWriter(
      FileSystem fileSystem, Path output, boolean overwrite, Configuration hadoop) {
    this.fileSystem = fileSystem;
    this.output = output;
    this.overwrite = overwrite;
    this.hadoop = hadoop;
    this.root = Leftovers.staging(output, run);
    this.previous = Leftovers.previous(output, run);
  }

  /**
   * Checks, before long work begins, that {@link #create} would succeed. Leaves nothing behind.
   *
   * @param option the option by which the user names the output, for messages
   * @param overwrite as in {@link #create}
   * @param inputOrNull as in {@link #create}
   * @throws TrawlException if the output exists and is not to be replaced, if it is, contains or
   *     lies in the input, or if it can't be written
   */
  public static void check(
      Path output, String option, boolean overwrite, Path inputOrNull, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    Path qualified = OutputCheck.requireApart(fileSystem, output, inputOrNull, hadoop);
    try {
      OutputCheck.replaces(fileSystem, qualified, overwrite);
    } catch (IOException e) {
      throw Problems.storage(qualified, "cannot look at", e);
    }
    OutputAccess.requireWritable(qualified, option, hadoop);
  }

  /**
   * Makes the directory of the run.
   *
   * @param overwrite whether an existing output is replaced; anything but a model directory or an
   *     empty one is refused even then
   * @param inputOrNull the directory of the model that is read, which must not overlap the output;
   *     null if there is none
   * @throws TrawlException if the output exists and is not to be replaced, if it is, contains or
   *     lies in the input, or if the hidden directory beside it can't be made
   */
  public static CheckpointWriter create(
      Path output, boolean overwrite, Path inputOrNull, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    Path qualified = OutputCheck.requireApart(fileSystem, output, inputOrNull, hadoop);
    CheckpointWriter writer = new CheckpointWriter(fileSystem, qualified, overwrite, hadoop);
    writer.cleanup.register();
    try {
      writer.begin();
    } catch (IOException e) {
      writer.abandon();
      throw Problems.storage(writer.root, "cannot make the staging directory", e);
    } catch (RuntimeException e) {
      writer.abandon();
      throw e;
    }
    return writer;
  }

  /** Removes what {@link #begin} made before it failed. */
  private void abandon() {
    cleanup.unregister();
    OutputReplacement.remove(fileSystem, root);
  }

  private void begin() throws IOException {
    OutputCheck.replaces(fileSystem, output, overwrite);
    initialState = OutputCheck.state(fileSystem, output);
    unfinishedRun = UnfinishedOutput.owner(fileSystem, output);
    Leftovers.announce(fileSystem, output);
    if (!fileSystem.mkdirs(directory()) || !fileSystem.mkdirs(attempts())) {
      throw new IOException("the directory can't be made");
    }
    if (!Storage.renamesAtomically(fileSystem, hadoop)) {
      // Attempts assume that the run is alive as long as the directory exists, but some object
      // stores don't show an empty one.
      fileSystem.create(new Path(attempts(), RUN_FILE), true).close();
    }
    heartbeat = Optional.of(Heartbeat.of(fileSystem, new Path(root, RUN_FILE)));
  }

  /** Where attempts of tasks write. */
  public Staging staging() {
    return new Staging(attempts().toString(), output.toString());
  }

  /**
   * The directory in which this process, but no task, may write files. All of them become part of
   * the output, under the names that they have there.
   */
  public Path directory() {
    return new Path(root, "model");
  }

  /** Where the model appears when it is published; fully qualified. */
  public Path output() {
    return output;
  }

  /**
   * Adds files that attempts have finished. Files of attempts that are not added are not published.
   *
   * @throws IllegalArgumentException if there is another file of that name
   */
  public synchronized void add(Collection<WrittenFile> written) {
    require(State.OPEN);
    for (WrittenFile file : written) {
      if (files.putIfAbsent(file.name(), file) != null) {
        throw new IllegalArgumentException("two files named " + Problems.quote(file.name()));
      }
    }
  }

  /**
   * Copies, byte for byte, all files of {@code input} but its shards, manifest, factors and weights
   * in other formats.
   *
   * @param keepOtherWeights whether weights in other formats are copied, too
   * @return lines for the user about what is left out
   * @throws TrawlException if the storage fails
   */
  public synchronized List<String> copyOtherFiles(Checkpoint input, boolean keepOtherWeights) {
    return copyOtherFiles(input, keepOtherWeights, Set.of(), Map.of());
  }

  /**
   * Copies files as {@link #copyOtherFiles(Checkpoint, boolean)} does, but leaves out or renames
   * some.
   *
   * @param leftOut names at the top level that are not copied
   * @param renamed the names in the output of files at the top level, by their names in the input
   */
  public synchronized List<String> copyOtherFiles(
      Checkpoint input,
      boolean keepOtherWeights,
      Set<String> leftOut,
      Map<String, String> renamed) {
    require(State.OPEN);
    this.input = input;
    Set<String> replaced = new HashSet<>(Set.of(MANIFEST, FACTORS));
    replaced.addAll(leftOut);
    input.shards().forEach(shard -> replaced.add(shard.name()));
    OtherFiles others =
        OtherFiles.find(
            Storage.open(input.directory(), hadoop),
            input.directory(),
            replaced,
            input.indexFile().stream().collect(Collectors.toSet()),
            keepOtherWeights);
    for (String name : others.directories()) {
      Path target = Storage.child(directory(), name);
      try {
        if (!fileSystem.mkdirs(target)) {
          throw new IOException("the directory can't be made");
        }
      } catch (IOException e) {
        throw Problems.storage(target, "cannot copy", e);
      }
    }
    others.copy(staging(), renamed, hadoop, file -> add(List.of(file)));
    return OtherWeights.remark(others.leftOut());
  }

  /** Sets the content of {@code trawl.json}, which is written last. */
  public synchronized void setManifest(byte[] content) {
    manifest = Optional.of(content.clone());
  }

  /** Sets a check that {@link #publish} runs after its own check of the structure. */
  public synchronized void setCheck(Check further) {
    check = Objects.requireNonNull(further, "check");
  }

  /** Declares that the output holds no model. Only the lengths of its files are then verified. */
  public synchronized void omitWeights() {
    weights = false;
  }

  /**
   * Makes the model appear as the output and verifies its structure: all headers are valid, the
   * tensors are those of the input with their dtypes, shapes and shards, and all files have the
   * lengths that were written. Until this is verified, nothing appears, or, on object stores, the
   * output is marked as unfinished. A second call does nothing. After a failure it may be called
   * again where the file system renames directories, unless the state is unknown.
   *
   * @throws CheckpointStateUnknownException if it may or may not have been published
   * @throws TrawlException if it was not published; an earlier output is back in its place, or an
   *     error is logged that says where it lies
   */
  public synchronized void publish() {
    if (state == State.PUBLISHED) {
      return;
    }
    require(State.OPEN);
    try {
      boolean replacing = OutputCheck.replaces(fileSystem, output, overwrite);
      if (Storage.renamesAtomically(fileSystem, hadoop)) {
        publishInOneStep(replacing);
      } else {
        publishFileByFile();
      }
      state = State.PUBLISHED;
      heartbeat.ifPresent(Heartbeat::close);
      OutputReplacement.remove(fileSystem, root);
    } catch (CheckpointStateUnknownException e) {
      state = State.UNKNOWN;
      throw e;
    } catch (IOException e) {
      throw Problems.storage(output, "cannot publish", e);
    }
  }

  /**
   * Removes what was not published, unless its state is unknown. A failure to clean up is logged
   * and does not hide the failure that led here. A second call does nothing.
   */
  @Override
  public synchronized void close() {
    cleanup.unregister();
    heartbeat.ifPresent(Heartbeat::close);
    if (state != State.OPEN) {
      return;
    }
    state = State.ABORTED;
    Uninterrupted.run(this::discardAll);
  }

  private void discardAll() {
    discardUploads();
    if (OutputReplacement.remove(fileSystem, root)) {
      LOG.warn("{} was not published; its staging directory is removed", Problems.show(output));
    }
  }

  private void publishInOneStep(boolean replacing) throws IOException {
    for (WrittenFile file : files.values()) {
      if (!placed.contains(file.name())) {
        Path target = Storage.child(directory(), file.name());
        fileSystem.mkdirs(target.getParent());
        file.pending().publish(fileSystem, target, file.bytes());
        placed.add(file.name());
      }
    }
    if (manifest.isPresent()) {
      try (OutputStream stream = fileSystem.create(new Path(directory(), MANIFEST), true)) {
        stream.write(manifest.get());
      }
    }
    verify(directory());
    // Before anything is moved; OutputReplacement looks again at what it has moved aside.
    if (overwrite && !OutputCheck.state(fileSystem, output).equals(initialState)) {
      throw OutputCheck.changed(output);
    }
    new OutputReplacement(fileSystem, output, previous, initialState)
        .publish(replacing, () -> VerifiedRename.rename(fileSystem, directory(), output));
  }

  private void publishFileByFile() throws IOException {
    Map<String, WrittenFile> all = new LinkedHashMap<>(files);
    PrivateFile.list(fileSystem, directory()).forEach(file -> all.put(file.name(), file));
    if (all.containsKey(UnfinishedOutput.MARKER) || all.containsKey(MANIFEST)) {
      throw new IllegalStateException("the manifest is written by the writer alone");
    }
    new FileByFilePublication(fileSystem, output, previous, run, MANIFEST)
        .publish(
            unfinishedRun, initialState, all, manifest.orElse(NO_MANIFEST), () -> verify(output));
  }

  private void verify(Path directory) {
    StagedModel model = new StagedModel(directory, hadoop);
    if (weights) {
      model.checkStructure(input, files.values());
    } else {
      model.checkLengths(files.values());
    }
    check.run(directory);
  }

  /**
   * Discards the uploads, which lie outside the directory of the run. Other files are deleted with
   * that directory.
   */
  private void discardUploads() {
    try {
      ParallelRequests.forEach(
          files.values().stream()
              .map(WrittenFile::pending)
              .filter(UploadedParts.class::isInstance)
              .toList(),
          upload -> upload.discard(fileSystem));
    } catch (IOException | RuntimeException e) {
      LOG.info(
          "Uploads to {} could not be aborted: {}", Problems.show(output), Problems.oneLine(e));
    }
  }

  private Path attempts() {
    return new Path(root, "attempts");
  }

  private void require(State expected) {
    if (state != expected) {
      throw new IllegalStateException("writer of " + Problems.show(output) + " is " + state);
    }
  }
}
