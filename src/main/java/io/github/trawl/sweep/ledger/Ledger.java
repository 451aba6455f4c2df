package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a sweep, open for writing by one run at a time. Many threads may use it at once.
 *
 * <p>What is left after a crash:
 *
 * <ul>
 *   <li>of the process ({@code kill -9}): each unit whose {@link #add} has returned is there, and a
 *       partly written one does not count as a unit;
 *   <li>of the machine: local files are handed to the kernel and not forced to the disk one by one,
 *       so the units of the last seconds (on Linux, about thirty) may be missing or torn. Torn
 *       files are recognised; missing and torn units are done again. Packs are forced to the disk
 *       before what they replace is removed, so that older units are never lost. HDFS and object
 *       stores keep a unit as they keep any file whose write they have acknowledged.
 * </ul>
 *
 * <p>Each writing method throws {@link TrawlException} of category {@code SYSTEM} if the storage
 * fails, as with a full disk, or if another run has taken the output over; what was finished before
 * stays readable.
 */
public final class Ledger extends LedgerView implements AutoCloseable {
  /**
   * Hadoop option: the number of loose units above which {@link #open} and {@link #add} compact
   * them.
   */
  public static final String MOST_LOOSE_UNITS = "trawl.ledger.most-loose-units";

  static final String UNITS = "units";
  static final String PACKS = "packs";
  static final String FAILURES = "failures";
  static final String FAILURE_PACKS = "failures/packs";
  static final String HOLDER = "holder";
  static final String DAMAGED = "damaged";

  private static final int DEFAULT_MOST_LOOSE_UNITS = 4096;
  private static final Duration SHORTEST_STALE_AFTER = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final FileSystem fileSystem;
  private final Path root;
  private final Lease lease;
  private final Stores stores;
  private final int maxLooseUnits;
  private final AtomicInteger looseCount = new AtomicInteger();

  private Ledger(
      FileSystem fileSystem,
      Path root,
      ObjectNode identity,
      Lease lease,
      Stores stores,
      int maxLooseUnits) {
    super(identity, stores.units.reader(), stores.recordedFailures, stores.remarks);
    this.fileSystem = fileSystem;
    this.root = root;
    this.lease = lease;
    this.stores = stores;
    this.maxLooseUnits = maxLooseUnits;
    this.looseCount.set(stores.units.countLoose());
  }

  /**
   * Opens the ledger in {@code root}, or creates it.
   *
   * @param identity what all units have in common and what decides their results
   * @param staleAfter how long this run may give no sign of life before another run may take over;
   *     at least a second
   * @throws LedgerHeldException if another run writes to it
   * @throws TrawlException of category {@code USAGE} if it is the ledger of something else, of
   *     {@code BAD_INPUT} if this version can't read it, of {@code SYSTEM} if the storage fails
   */
  public static Ledger open(
      Path root, ObjectNode identity, Duration staleAfter, Configuration hadoop) {
    if (staleAfter.compareTo(SHORTEST_STALE_AFTER) < 0) {
      throw new IllegalArgumentException("staleAfter " + staleAfter + " is under a second");
    }
    FileSystem fileSystem = Storage.open(root, hadoop);
    Path qualified = fileSystem.makeQualified(root);
    Lease lease = null;
    try {
      fileSystem.mkdirs(qualified);
      Identity.writeOrRequireSame(fileSystem, qualified, identity);
      lease = Lease.acquire(fileSystem, qualified, new Path(qualified, HOLDER), staleAfter);
      Stores stores = Stores.open(fileSystem, qualified, lease.writer());
      Ledger ledger =
          new Ledger(
              fileSystem,
              qualified,
              Identity.read(fileSystem, qualified),
              lease,
              stores,
              hadoop.getInt(MOST_LOOSE_UNITS, DEFAULT_MOST_LOOSE_UNITS));
      ledger.compactIfMany();
      lease = null;
      return ledger;
    } catch (IOException e) {
      throw Problems.storage(qualified, "cannot open the ledger", e);
    } finally {
      if (lease != null) {
        lease.close();
      }
    }
  }

  /**
   * Adds a finished unit and removes the failed attempts at it. Does nothing if the unit is there
   * already with the same content. The class comment says which crashes an added unit outlives.
   *
   * @throws TrawlException of category {@code SYSTEM} if it is there with another content
   * @throws IllegalArgumentException if the content holds a number that is not finite
   */
  public void add(Unit unit) {
    UnitText text = UnitText.of(unit);
    try {
      lease.requireHeld();
      if (isSame(text)) {
        return;
      }
      while (!stores.units.create(text)) {
        // The unit has a file that the index lacks: compare it, or set it aside if damaged.
        units().index().putIfAbsent(text.key(), UnitLocation.loose(text.kind()));
        if (isSame(text)) {
          return;
        }
      }
      looseCount.incrementAndGet();
      forget(text.key());
    } catch (IOException e) {
      throw failed(units().loose().path(text.key()), "cannot write", e);
    }
    compactIfMany();
  }

  /**
   * Records a failed attempt at a unit. Does nothing if the unit is finished already.
   *
   * @param about what the unit is, in words for a user
   * @param message why it failed
   */
  public void recordFailure(UnitKey key, String kind, String about, String message) {
    try {
      lease.requireHeld();
      // Two failed attempts at one unit must not get the same number.
      synchronized (recordedFailures()) {
        if (isDone(key)) {
          return;
        }
        Failure failure = recordedFailures().next(key, kind, about, message);
        stores.failures.create(Failures.storedUnit(failure));
        recordedFailures().add(failure);
      }
    } catch (IOException e) {
      throw failed(new Path(root, FAILURES), "cannot write", e);
    }
  }

  /**
   * Moves all loose units and all loose records of failed attempts into packs, and merges packs if
   * there are too many.
   */
  public void compact() {
    try {
      lease.requireHeld();
      stores.units.compact();
      stores.failures.compact();
      looseCount.set(stores.units.countLoose());
    } catch (IOException e) {
      throw failed(new Path(root, PACKS), "cannot compact", e);
    }
  }

  /**
   * Returns the error for a failed write: that another run has taken the output over, if one has.
   * That run removes the incomplete files of this one, so a takeover may first show as a missing
   * file.
   */
  private TrawlException failed(Path file, String what, IOException failure) {
    try {
      lease.requireNoSuccessor();
    } catch (TrawlException takenOver) {
      takenOver.addSuppressed(failure);
      return takenOver;
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return Problems.storage(file, what, failure);
  }

  @Override
  public Optional<Holder> holder() {
    try {
      return Lease.holder(fileSystem, new Path(root, HOLDER));
    } catch (IOException e) {
      throw Problems.storage(new Path(root, HOLDER), "cannot read", e);
    }
  }

  /** Waits for compactions that are under way, and releases the output. */
  @Override
  public void close() {
    stores.units.afterCompaction(() -> stores.failures.afterCompaction(lease::close));
  }

  /**
   * Returns whether the ledger holds the unit with the content of {@code text}; false if it lacks
   * the unit, or its file was damaged and has been set aside.
   *
   * @throws TrawlException if it holds the unit with another content
   */
  private boolean isSame(UnitText text) {
    Optional<UnitText> there = units().find(text.key());
    if (there.isEmpty()) {
      return false;
    }
    if (there.get().equals(text)) {
      return true;
    }
    List<Differences.Difference> differences = Differences.between(there.get().json(), text.json());
    if (differences.isEmpty() && there.get().kind().equals(text.kind())) {
      return true; // The same values, in another order or as another version writes them.
    }
    throw new TrawlException(
        ErrorCategory.SYSTEM,
        Problems.show(root)
            + ": unit "
            + text.key()
            + " was done before with another result: "
            + (differences.isEmpty()
                ? "kind " + there.get().kind() + " before, " + text.kind() + " now"
                : Differences.describe(differences))
            + "; the same work must give the same numbers: use the same build and kind of machine,"
            + " or another output");
  }

  /** Removes the failed attempts at a unit. */
  private void forget(UnitKey key) throws IOException {
    synchronized (recordedFailures()) {
      for (Failure failure : recordedFailures().remove(key)) {
        stores.failures.forget(Failures.storedKey(failure));
      }
    }
  }

  /**
   * Compacts if there are more than {@code maxLooseUnits} loose units. A failure is only logged:
   * the loose units are safe, and compaction is tried again after as many more have been added.
   */
  private void compactIfMany() {
    if (looseCount.get() <= maxLooseUnits) {
      return;
    }
    int count = looseCount.getAndSet(0);
    try {
      if (stores.units.tryCompact()) {
        looseCount.set(stores.units.countLoose());
      }
    } catch (IOException e) {
      LOG.warn(
          "{}: cannot compact {} units, it is tried again later: {}",
          Problems.show(root),
          count,
          Problems.oneLine(e));
    }
  }

  /** The stores of a ledger, and what was read from them when it was opened. */
  private record Stores(
      UnitStore units, UnitStore failures, Failures recordedFailures, Remarks remarks) {
    static Stores open(FileSystem fileSystem, Path root, WriterId writer) throws IOException {
      Remarks remarks = new Remarks();
      UnitStore units = UnitStore.open(fileSystem, root, UNITS, PACKS, writer, remarks);
      UnitStore failures =
          UnitStore.open(fileSystem, root, FAILURES, FAILURE_PACKS, writer, remarks);
      return new Stores(units, failures, Failures.read(failures.reader()), remarks);
    }
  }
}
