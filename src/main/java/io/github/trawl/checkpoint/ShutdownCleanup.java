package io.github.trawl.checkpoint;

import org.apache.hadoop.util.ShutdownHookManager;

/**
 * An action for the case that the process is told to end before the action was done in the ordinary
 * way.
 */
public final class ShutdownCleanup {
  /**
   * Later than Spark's hook (40), so that no task writes any more; earlier than that of Hadoop's
   * file systems (10), which closes them.
   */
  private static final int PRIORITY = 20;

  private final Runnable action;

  /** For {@code action}, which is not registered yet. */
  public ShutdownCleanup(Runnable action) {
    this.action = action;
  }

  /**
   * Registers the action.
   *
   * @throws IllegalStateException if the process is ending already
   */
  public void register() {
    ShutdownHookManager.get().addShutdownHook(action, PRIORITY);
  }

  /** Takes the action back. Does nothing if the process is ending or nothing was registered. */
  public void unregister() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(action);
    }
  }
}
