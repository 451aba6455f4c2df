package io.github.trawl.bench;

import java.util.OptionalDouble;

/**
 * One line of the table: how much of something, seconds or bytes, a peer takes and we take.
 *
 * @param group the comparison that measured it
 * @param what is measured, as the table names it
 * @param peer what it is compared with
 * @param unit {@code s} or {@code MiB}
 * @param ours null if the row was left out
 * @param theirs null if the row was left out
 * @param atLeast the ratio theirs / ours to reach, if there is a target
 * @param note what the reader has to know; may be empty
 */
record Row(
    String group,
    String what,
    String peer,
    String unit,
    Samples ours,
    Samples theirs,
    OptionalDouble atLeast,
    String note) {

  static Row seconds(String group, String what, String peer, Samples ours, Samples theirs) {
    return new Row(group, what, peer, "s", ours, theirs, OptionalDouble.empty(), "");
  }

  static Row mebibytes(String group, String what, String peer, long ours, long theirs) {
    return new Row(
        group,
        what,
        peer,
        "MiB",
        Samples.of(ours / 1048576.0),
        Samples.of(theirs / 1048576.0),
        OptionalDouble.empty(),
        "");
  }

  static Row leftOut(String group, String what, String peer, String reason) {
    return new Row(
        group, what, peer, "", null, null, OptionalDouble.empty(), "left out: " + reason);
  }

  Row atLeast(double ratio) {
    return new Row(group, what, peer, unit, ours, theirs, OptionalDouble.of(ratio), note);
  }

  Row note(String text) {
    return new Row(group, what, peer, unit, ours, theirs, atLeast, text);
  }

  boolean isMeasured() {
    return ours != null;
  }

  Samples.Ratio ratio() {
    return theirs.over(ours);
  }

  boolean isReached() {
    return isMeasured() && (atLeast.isEmpty() || ratio().median() >= atLeast.getAsDouble());
  }
}
