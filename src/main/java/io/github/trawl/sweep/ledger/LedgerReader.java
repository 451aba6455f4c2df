package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A read-only view of a ledger as it was when it was read. A run may write to the ledger at the
 * same time; units that this run moves into packs are still found.
 */
public final class LedgerReader extends LedgerView {
  private final FileSystem fileSystem;
  private final Path root;
  private final Optional<Holder> holder;

  private LedgerReader(
      FileSystem fileSystem,
      Path root,
      ObjectNode identity,
      UnitReader units,
      Failures failures,
      Remarks remarks,
      Optional<Holder> holder) {
    super(identity, units, failures, remarks);
    this.fileSystem = fileSystem;
    this.root = root;
    this.holder = holder;
  }

  /**
   * Reads the ledger in {@code root}.
   *
   * @throws io.github.trawl.TrawlException of category {@code BAD_INPUT} if there is none, or none
   *     that this version can read; of category {@code SYSTEM} if the storage fails
   */
  public static LedgerReader read(Path root, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(root, hadoop);
    Path qualified = fileSystem.makeQualified(root);
    ObjectNode identity = Identity.read(fileSystem, qualified);
    Remarks remarks = new Remarks();
    try {
      UnitReader failures =
          units(fileSystem, qualified, Ledger.FAILURES, Ledger.FAILURE_PACKS, remarks);
      Failures recordedFailures = Failures.read(failures);
      UnitReader units = units(fileSystem, qualified, Ledger.UNITS, Ledger.PACKS, remarks);
      return new LedgerReader(
          fileSystem,
          qualified,
          identity,
          units,
          recordedFailures,
          remarks,
          Lease.holder(fileSystem, new Path(qualified, Ledger.HOLDER)));
    } catch (IOException e) {
      throw Problems.storage(qualified, "cannot read the ledger", e);
    }
  }

  /**
   * Returns whether there is a ledger in {@code root}.
   *
   * @throws io.github.trawl.TrawlException of category {@code SYSTEM} if the storage fails
   */
  public static boolean exists(Path root, Configuration hadoop) {
    Path file = new Path(root, Identity.FILE);
    try {
      return Storage.open(file, hadoop).exists(file);
    } catch (IOException e) {
      throw Problems.storage(file, "cannot look at", e);
    }
  }

  @Override
  public Optional<Holder> holder() {
    return holder;
  }

  /**
   * Returns whether the run that held the output when this was read may be alive: another run could
   * not take over from it now. To read the storage's clock, a file is written and removed; who may
   * not write there goes by the clock of this machine.
   */
  public boolean isHeld() {
    return holder.filter(held -> !held.ended() && !remaining(held).isNegative()).isPresent();
  }

  private Duration remaining(Holder held) {
    try {
      return Lease.remaining(fileSystem, new Path(root, Ledger.HOLDER), held);
    } catch (IOException e) {
      return held.staleAfter().minus(Duration.between(held.lastHeartbeat(), Instant.now()));
    }
  }

  private static UnitReader units(
      FileSystem fileSystem, Path root, String folder, String packs, Remarks remarks)
      throws IOException {
    IgnoredDamage ignoredDamage = new IgnoredDamage(remarks);
    UnitReader units =
        new UnitReader(
            fileSystem, root, new Path(root, folder), new Path(root, packs), ignoredDamage::ignore);
    ignoredDamage.reader = units;
    units.scan().damaged().forEach(ignoredDamage::remark);
    return units;
  }

  /**
   * Handles damaged files without changing them: removes their units from the index, and adds one
   * remark for each file.
   */
  private static final class IgnoredDamage {
    private final Remarks remarks;
    private final Set<Path> known = ConcurrentHashMap.newKeySet();
    private UnitReader reader;

    IgnoredDamage(Remarks remarks) {
      this.remarks = remarks;
    }

    void ignore(UnitKey key, UnitLocation place, DamagedFileException damage) {
      reader.index().remove(key, place);
      remark(place.pack().map(PackFile::path).orElse(reader.loose().path(key)), damage);
    }

    void remark(Path file, DamagedFileException damage) {
      if (known.add(file)) {
        remarks.add(
            Problems.show(file)
                + ": "
                + damage.getMessage()
                + "; units that can't be read count as not done");
      }
    }
  }
}
