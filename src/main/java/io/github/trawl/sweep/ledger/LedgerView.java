package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a sweep has done so far. It may be used by several threads.
 *
 * <p>A unit is done if its file is whole. A file that does not hold what was written, torn or
 * changed in any byte, does not count, and a remark names it. Methods that read throw {@link
 * io.github.trawl.TrawlException} of category {@code SYSTEM} if the storage fails.
 */
public abstract sealed class LedgerView permits Ledger, LedgerReader {
  private final ObjectNode identity;
  private final UnitReads units;
  private final Failures failures;
  private final Remarks remarks;

  LedgerView(ObjectNode identity, UnitReads units, Failures failures, Remarks remarks) {
    this.identity = identity;
    this.units = units;
    this.failures = failures;
    this.remarks = remarks;
  }

  /** What the sweep is about, as it was first opened with. */
  public ObjectNode identity() {
    return identity.deepCopy();
  }

  /** Whether a unit is finished; answered from memory. */
  public boolean isDone(UnitKey key) {
    return units.contains(key);
  }

  /** A finished unit. */
  public Optional<Unit> find(UnitKey key) {
    return units.find(key).map(UnitText::unit);
  }

  /**
   * The finished ones of some units of one kind. All of them are in memory together, as text; many
   * are read much faster in this way than one by one.
   */
  public UnitBatch read(String kind, Set<UnitKey> keys) {
    return new UnitBatch(units.find(kind, keys));
  }

  /** Keys of the finished units of a kind, sorted; answered from memory. */
  public Set<UnitKey> keys(String kind) {
    return units.keys(Optional.of(kind));
  }

  /**
   * Gives each finished unit of a kind to {@code consumer}, once and in no particular order. One of
   * them at a time is in memory. Units that are added meanwhile may be left out.
   */
  public void forEach(String kind, Consumer<Unit> consumer) {
    units.forEach(Optional.of(kind), unit -> consumer.accept(unit.unit()));
  }

  /** Failed attempts at a unit, in their order; none if it is finished. */
  public List<Failure> failures(UnitKey key) {
    return isDone(key) ? List.of() : failures.of(key);
  }

  /** Failed attempts at units that are not finished, by unit and attempt. */
  public List<Failure> failures() {
    return failures.all().stream().filter(failure -> !isDone(failure.key())).toList();
  }

  /** Who writes to the output; empty if nobody holds it. */
  public abstract Optional<Holder> holder();

  /** A line for each damaged file that was found so far. */
  public List<String> remarks() {
    return remarks.lines();
  }

  UnitReads units() {
    return units;
  }

  Failures known() {
    return failures;
  }
}
