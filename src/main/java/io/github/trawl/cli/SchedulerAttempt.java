package io.github.trawl.cli;

import org.apache.hadoop.yarn.api.records.ContainerId;

/** Tells whether YARN runs this driver, and whether it has started the driver before. */
final class SchedulerAttempt {
  private SchedulerAttempt() {}

  /** Returns whether YARN started the driver again after an earlier attempt failed or was lost. */
  static boolean isRepeated() {
    return isYarnCluster() && isRepeated(System.getenv("CONTAINER_ID"));
  }

  /** Returns whether the driver runs within YARN's application master. */
  static boolean isYarnCluster() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * Returns whether a container runs a second or later attempt of its application.
   *
   * @param container YARN's name of the container, which holds the number of the attempt; may be
   *     null
   */
  static boolean isRepeated(String container) {
    return container != null
        && ContainerId.fromString(container).getApplicationAttemptId().getAttemptId() > 1;
  }
}
