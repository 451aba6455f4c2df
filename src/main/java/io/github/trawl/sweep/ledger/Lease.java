package io.github.trawl.sweep.ledger;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.ShutdownCleanup;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write to an output, which one run has at a time.
 *
 * <p>While a run holds the lease, a daemon thread gives a sign of life at regular intervals.
 * Another run may take the lease over if the holder has given no sign of life for the time stated
 * in its claim, or at once if the holder's process has certainly ended. A holder that was replaced,
 * for example because its machine was suspended or could not reach the storage, notices this before
 * it writes again.
 */
final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /**
   * How many signs of life are given within {@code staleAfter}: several may fail before the holder
   * is presumed dead.
   */
  private static final int HEARTBEATS_PER_STALE_AFTER = 5;

  private final Path root;
  private final Claims claims;
  private final int epoch;
  private final Claim claim;
  private final Duration staleAfter;
  private final ScheduledExecutorService heartbeatExecutor;
  private final ShutdownCleanup shutdown = new ShutdownCleanup(this::release);
  private volatile Optional<Future<?>> heartbeatTask = Optional.empty();
  private volatile boolean released;

  /** Why this run has lost the lease; empty while it has not. */
  private volatile Optional<String> loss = Optional.empty();

  private volatile long checkedNanos;
  private volatile long checkedMillis;

  private Lease(Path root, Claims claims, int epoch, Claim claim) {
    this.root = root;
    this.claims = claims;
    this.epoch = epoch;
    this.claim = claim;
    this.staleAfter = claim.staleAfter();
    this.heartbeatExecutor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "trawl-ledger-lease");
              thread.setDaemon(true);
              return thread;
            });
    noteCheck();
  }

  /**
   * Takes the lease.
   *
   * @param root of the output, for messages
   * @param folder in which holders make their claims
   * @param staleAfter how long this holder may give no sign of life; also applied to an earlier
   *     holder whose claim can't be read
   * @throws LedgerHeldException if another run has it
   */
  static Lease acquire(FileSystem fileSystem, Path root, Path folder, Duration staleAfter)
      throws IOException {
    Claims claims = new Claims(fileSystem, folder);
    Claim own = Claim.forThisProcess(staleAfter);
    for (; ; ) {
      Optional<Claims.Found> before = claims.latest();
      if (before.isPresent()) {
        requireFree(root, claims, before.get(), staleAfter);
      }
      int epoch = before.map(Claims.Found::epoch).orElse(0) + 1;
      if (!claims.create(epoch, own)) {
        continue; // Another run has claimed this epoch first: look at its claim.
      }
      Lease lease = new Lease(root, claims, epoch, own);
      Optional<Claims.Found> after = lease.latestAfterClaim();
      if (after.filter(lease::isOwn).isPresent()) {
        lease.start();
        return lease;
      }
      if (after.isPresent() && after.get().epoch() > epoch) {
        // This epoch was claimed before and its files were removed by a later holder, so the name
        // was free although the epoch is over.
        claims.delete(epoch);
      }
    }
  }

  /**
   * Returns the holder of an output; empty if nobody has claimed it or the last holder released it.
   */
  static Optional<Holder> holder(FileSystem fileSystem, Path folder) throws IOException {
    return new Claims(fileSystem, folder)
        .latest()
        .filter(found -> !found.released())
        // A claim that can't be parsed counts as stale.
        .map(found -> holder(found, Duration.ZERO));
  }

  /** Returns what identifies this holder in the names of the files that it writes. */
  WriterId writer() {
    return WriterId.of(epoch, claim.run());
  }

  /**
   * Checks that this run may write. Looks at the storage only if the last check was more than half
   * of {@code staleAfter} ago, so that most writes need no such look.
   *
   * @throws TrawlException of category {@code SYSTEM} if this run has lost the lease
   * @throws IllegalStateException if the lease was released
   */
  void requireHeld() throws IOException {
    if (released) {
      throw new IllegalStateException("the ledger of " + Problems.show(root) + " is closed");
    }
    if (loss.isEmpty() && sinceCheck().compareTo(staleAfter.dividedBy(2)) > 0) {
      check();
    }
    if (loss.isPresent()) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(root)
              + ": "
              + loss.get()
              + "; this run stops; what it has finished is kept");
    }
  }

  /**
   * Checks on the storage, however recent the last check, that no other run has made a later claim.
   * If there are no claims at all, for example since a user deleted the output, does nothing.
   *
   * @throws TrawlException if another run has taken the lease over
   * @throws IOException if the storage fails
   */
  void requireNoSuccessor() throws IOException {
    if (!released && claims.latest().isPresent()) {
      check();
      requireHeld();
    }
  }

  /** Releases the lease. */
  @Override
  public void close() {
    shutdown.unregister();
    release();
  }

  private Optional<Claims.Found> latestAfterClaim() throws IOException {
    try {
      return claims.latest();
    } catch (IOException e) {
      throw withdrawn(e);
    }
  }

  private void start() throws IOException {
    try {
      claims.deleteBefore(epoch);
      claims.writeHeartbeat(epoch);
    } catch (IOException e) {
      throw withdrawn(e);
    }
    shutdown.register();
    long period = Math.max(1, staleAfter.toMillis() / HEARTBEATS_PER_STALE_AFTER);
    heartbeatTask =
        Optional.of(
            heartbeatExecutor.scheduleWithFixedDelay(
                this::sendHeartbeat, period, period, TimeUnit.MILLISECONDS));
  }

  /**
   * Removes the claim rather than releasing it, as nothing was written under it, and returns the
   * failure that prevents the lease.
   */
  private IOException withdrawn(IOException failure) {
    try {
      claims.delete(epoch);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private void sendHeartbeat() {
    try {
      check();
      if (loss.isEmpty() && !released) {
        claims.writeHeartbeat(epoch);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{}: cannot give a sign of life, it is tried again: {}",
          Problems.show(root),
          Problems.oneLine(e));
    }
  }

  private synchronized void check() throws IOException {
    Optional<Claims.Found> latest = claims.latest();
    // A store without conditional writes may let two runs write the same claim file; both then read
    // the content that was written last, so only one of them finds its own.
    if (latest.filter(this::isOwn).isPresent()) {
      noteCheck();
    } else if (!released) {
      loss =
          Optional.of(
              latest
                  .map(this::describeLoss)
                  .orElse("its claim was removed from the output, so that others may write there"));
    }
  }

  private String describeLoss(Claims.Found found) {
    String holder = holder(found, staleAfter).describe();
    // Epochs only grow while the output is there.
    return found.epoch() < epoch
        ? "the output was removed, and another run has begun there (%s)".formatted(holder)
        : "another run has taken it over (%s), as this one gave no sign of life for %s s"
            .formatted(holder, staleAfter.toSeconds());
  }

  private synchronized void release() {
    if (released) {
      return;
    }
    released = true;
    // Does not interrupt the thread: some file systems then close the stream in use.
    heartbeatTask.ifPresent(future -> future.cancel(false));
    heartbeatExecutor.shutdown();
    if (loss.isPresent()) {
      return;
    }
    try {
      claims.release(epoch);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{}: cannot be released, another run can take it over after {} s: {}",
          Problems.show(root),
          staleAfter.toSeconds(),
          Problems.oneLine(e));
    }
  }

  private void noteCheck() {
    checkedNanos = System.nanoTime();
    checkedMillis = System.currentTimeMillis();
  }

  /**
   * Returns the time since the last check, by the clock that shows more: {@code nanoTime} stands
   * still while the machine is suspended, and the wall clock may be set back.
   */
  private Duration sinceCheck() {
    Duration awake = Duration.ofNanos(System.nanoTime() - checkedNanos);
    Duration byTheClock = Duration.ofMillis(System.currentTimeMillis() - checkedMillis);
    return awake.compareTo(byTheClock) > 0 ? awake : byTheClock;
  }

  private boolean isOwn(Claims.Found found) {
    return found.epoch() == epoch && found.claim().map(Claim::run).equals(Optional.of(claim.run()));
  }

  /** Throws unless the claim was released or its holder is dead. */
  private static void requireFree(Path root, Claims claims, Claims.Found found, Duration staleAfter)
      throws IOException {
    if (found.released()) {
      return;
    }
    Holder holder = holder(found, staleAfter);
    if (holder.ended()) {
      LOG.info("{}: the previous run has ended ({})", Problems.show(root), holder.describe());
      return;
    }
    Duration remaining = remaining(claims, holder);
    if (!remaining.isNegative()) {
      throw new LedgerHeldException(Problems.show(root), holder, remaining);
    }
    LOG.warn(
        "{}: the previous run gave no sign of life for {} s and is taken for dead ({})",
        Problems.show(root),
        holder.staleAfter().toSeconds(),
        holder.describe());
  }

  /**
   * Returns after how long a holder that gives no further sign of life is presumed dead, by the
   * clock of the storage; negative if it is by now.
   */
  static Duration remaining(FileSystem fileSystem, Path folder, Holder holder) throws IOException {
    return remaining(new Claims(fileSystem, folder), holder);
  }

  private static Duration remaining(Claims claims, Holder holder) throws IOException {
    return holder.staleAfter().minus(claims.elapsedSince(holder.lastHeartbeat()));
  }

  /**
   * Returns the holder of a claim.
   *
   * @param staleAfter assumed if the claim can't be parsed
   */
  private static Holder holder(Claims.Found found, Duration staleAfter) {
    return found
        .claim()
        .map(claim -> claim.holder(found.lastHeartbeat()))
        .orElseGet(
            () ->
                new Holder(
                    "unknown host",
                    0,
                    "unknown user",
                    Instant.EPOCH,
                    found.lastHeartbeat(),
                    staleAfter,
                    false,
                    false));
  }
}
