package io.github.trawl.distributed;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resident blocks of all solves of this process.
 *
 * <p>Several solves of one application may be under way, each with blocks of its own. Every second,
 * a thread frees the blocks of solves that have ended or failed, and the blocks that no task has
 * used for the time {@link #IDLE_TIMEOUT}, such as those of a solve whose driver has died. When
 * memory runs short, the blocks of ended solves and those of ranges whose home is another executor
 * are freed at once.
 */
final class ResidentSolves {
  /** Spark's setting of the time after which unused blocks are freed. */
  static final String IDLE_TIMEOUT = "spark.trawl.blocks.idleTimeout";

  private static final String DEFAULT_IDLE_TIMEOUT = "10min";
  private static final Logger LOG = LoggerFactory.getLogger(ResidentSolves.class);
  private static final ResidentSolves OF_THIS_PROCESS = new ResidentSolves();

  private final Map<Long, ResidentBlocks> solves = new HashMap<>();

  /** Returns the solves of this process. The first call starts the thread that frees blocks. */
  static ResidentSolves ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /**
   * Runs {@code work} with the blocks of a solve. The blocks of {@code range} stay until the work
   * is done; the work must not use others.
   */
  <T> T use(Residence residence, BlockRange range, Function<ResidentBlocks, T> work) {
    ResidentBlocks blocks;
    synchronized (this) {
      blocks = solves.computeIfAbsent(residence.solveId(), key -> new ResidentBlocks());
      blocks.pin(range, residence);
    }
    try {
      return work.apply(blocks);
    } finally {
      blocks.unpin(range);
    }
  }

  /** Frees what this process holds for a solve, except blocks that a task is using. */
  synchronized void release(long solve) {
    ResidentBlocks blocks = solves.get(solve);
    if (blocks != null && blocks.freeAll()) {
      solves.remove(solve);
    }
  }

  /**
   * Frees the blocks that no task uses and that belong to solves that are over, or to ranges whose
   * home is another executor.
   *
   * @return whether there were any such blocks
   */
  synchronized boolean makeRoom() {
    boolean freed = false;
    for (ResidentBlocks blocks : solves.values()) {
      freed |= blocks.freeUnused(residence -> !residence.isUnderWay() || !residence.isHome());
    }
    if (freed) {
      LOG.info(
          "Off-heap memory is short: freed blocks of ended solves, or of ranges that another"
              + " executor keeps");
    }
    return freed;
  }

  /**
   * Frees what is left of solves that are over, and blocks that no task has used for {@code
   * idleNanos}.
   *
   * @param now the current {@link System#nanoTime}
   */
  synchronized void clean(long now, long idleNanos) {
    Collection<ResidentBlocks> all = solves.values();
    all.removeIf(
        blocks -> {
          if (blocks.isOver()) {
            return blocks.freeAll();
          }
          if (blocks.freeIdle(now, idleNanos)) {
            LOG.info("Freed blocks that no task has used for {} s", idleNanos / 1_000_000_000);
          }
          return blocks.freeColumnsIfUnused();
        });
  }

  /** Returns the bytes of all blocks of X. */
  synchronized long bytes() {
    return solves.values().stream().mapToLong(ResidentBlocks::bytes).sum();
  }

  static {
    ScheduledExecutorService cleaner =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "trawl-resident-blocks");
              thread.setDaemon(true);
              return thread;
            });
    // The cleaner runs until the process ends.
    ScheduledFuture<?> unused =
        cleaner.scheduleWithFixedDelay(ResidentSolves::cleanThisProcess, 1, 1, TimeUnit.SECONDS);
  }

  private static void cleanThisProcess() {
    try {
      SparkEnv environment = SparkEnv.get();
      // Without an environment, the application has ended.
      long idleSeconds =
          environment == null
              ? 0
              : environment.conf().getTimeAsSeconds(IDLE_TIMEOUT, DEFAULT_IDLE_TIMEOUT);
      OF_THIS_PROCESS.clean(System.nanoTime(), TimeUnit.SECONDS.toNanos(idleSeconds));
    } catch (RuntimeException e) {
      // An exception that left this method would end the cleaner.
      LOG.warn("Unused blocks were not freed: {}", e.toString());
    }
  }
}
