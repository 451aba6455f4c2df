package io.github.trawl.cli;

import org.apache.hadoop.yarn.api.records.ContainerId;

/** Which try of a scheduler at one submission this process is. */
final class SchedulerAttempt {
  private SchedulerAttempt() {}

  /** Whether YARN started the driver again after an earlier attempt failed or was lost. */
  static boolean isRepeated() {
    return isYarnCluster() && isRepeated(System.getenv("CONTAINER_ID"));
  }

  /** Whether the driver runs within YARN's application master. */
  static boolean isYarnCluster() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * @param container YARN's name of the container, which holds the number of the attempt; may be
   *     null
   */
  static boolean isRepeated(String container) {
    return container != null
        && ContainerId.fromString(container).getApplicationAttemptId().getAttemptId() > 1;
  }
}
