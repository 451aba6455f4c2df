package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A view of a ledger: the finished units of a sweep, and the failed attempts. Several threads may
 * use it at once.
 *
 * <p>A unit is done if it can be read as it was written. A file that is torn or changed in any byte
 * does not count, and a remark names it. Methods that read throw {@link
 * io.github.trawl.TrawlException} of category {@code SYSTEM} if the storage fails.
 */
public abstract sealed class LedgerView permits Ledger, LedgerReader {
  private final ObjectNode identity;
  private final UnitReader units;
  private final Failures failures;
  private final Remarks remarks;

  LedgerView(ObjectNode identity, UnitReader units, Failures failures, Remarks remarks) {
    this.identity = identity;
    this.units = units;
    this.failures = failures;
    this.remarks = remarks;
  }

  /** Returns a copy of the identity with which the ledger was created: see {@link Ledger#open}. */
  public ObjectNode identity() {
    return identity.deepCopy();
  }

  /** Returns whether a unit is finished, without access to the storage. */
  public boolean isDone(UnitKey key) {
    return units.contains(key);
  }

  /** Returns a unit; empty if it is not finished, or damaged. */
  public Optional<Unit> find(UnitKey key) {
    return units.find(key).map(UnitText::unit);
  }

  /**
   * Reads those of these units that are finished, and holds all of them in memory, as text. Each
   * pack is read once, which takes much less time than finding many units one by one.
   *
   * @param kind the kind of all these units
   */
  public UnitBatch read(String kind, Set<UnitKey> keys) {
    return new UnitBatch(units.find(kind, keys));
  }

  /** Returns the keys of the finished units of a kind, sorted, without access to the storage. */
  public Set<UnitKey> keys(String kind) {
    return units.keys(Optional.of(kind));
  }

  /**
   * Passes each finished unit of a kind to {@code consumer} once, in no particular order. One unit
   * at a time is in memory. Units that are added during the call may be left out.
   */
  public void forEach(String kind, Consumer<Unit> consumer) {
    units.forEach(Optional.of(kind), unit -> consumer.accept(unit.unit()));
  }

  /** Returns the failed attempts at a unit, in their order; none if it is finished. */
  public List<Failure> failures(UnitKey key) {
    return isDone(key) ? List.of() : failures.of(key);
  }

  /** Returns the failed attempts at all units that are not finished, sorted by unit and attempt. */
  public List<Failure> failures() {
    return failures.all().stream().filter(failure -> !isDone(failure.key())).toList();
  }

  /** Returns the run that holds the output; empty if none does. */
  public abstract Optional<Holder> holder();

  /**
   * Returns a line for each damaged file that was found so far, and for each merge of packs that
   * such a file prevented.
   */
  public List<String> remarks() {
    return remarks.lines();
  }

  UnitReader units() {
    return units;
  }

  Failures recordedFailures() {
    return failures;
  }
}
