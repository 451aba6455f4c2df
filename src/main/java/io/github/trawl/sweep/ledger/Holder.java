package io.github.trawl.sweep.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The run that holds an output and may write to it.
 *
 * @param host name of the machine
 * @param pid of the process there
 * @param user name of the user who started it
 * @param since when it took the output, by the clock of its machine
 * @param lastHeartbeat time of its last sign of life, by the clock of the storage
 * @param staleAfter how long after its last sign of life it is presumed dead
 * @param visible whether this process could tell that the holder's process has ended
 * @param ended whether its process has certainly ended; {@code false} if that is unknown
 */
public record Holder(
    String host,
    long pid,
    String user,
    Instant since,
    Instant lastHeartbeat,
    Duration staleAfter,
    boolean visible,
    boolean ended) {

  /** Returns a description on one line, for messages. */
  public String describe() {
    return "process %d of %s on %s, since %s, last sign of life %s"
        .formatted(pid, user, host, seconds(since), seconds(lastHeartbeat));
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
