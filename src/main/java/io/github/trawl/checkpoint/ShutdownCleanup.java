package io.github.trawl.checkpoint;

import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Runs an action when the process ends, also by SIGTERM or SIGINT. Code that has done the action's
 * work already unregisters it.
 */
public final class ShutdownCleanup {
  /**
   * The priority of the shutdown hook; higher ones run first. It is lower than that of Spark's hook
   * (40), so that no task writes any more when the action runs, and higher than that of the hook
   * that closes Hadoop's file systems (10).
   */
  private static final int PRIORITY = 20;

  private final Runnable action;

  /** Creates a cleanup that is not registered yet. */
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

  /**
   * Unregisters the action. Does nothing if the process is ending or the action was not registered.
   */
  public void unregister() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(action);
    }
  }
}
