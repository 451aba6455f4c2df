package io.github.trawl.distributed;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.util.TaskCompletionListener;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Makes a chosen task fail once, after it has done its work.
 *
 * <p>The task is chosen by local properties, which Spark sends along with the tasks of a job: it is
 * the first partition of a job whose description contains a given text, on a given side of the
 * shuffle. So the same task fails in every run of a test. The task removes a file first; without
 * that file no other task fails, in this process or another.
 */
public final class FaultPlugin implements SparkPlugin {
  private static final String KIND = "fault.kind";
  private static final String STEP = "fault.step";
  private static final String SIDE = "fault.side";
  private static final String PENDING = "fault.pending";

  /** What happens to the task. */
  public enum Kind {
    /** It fails once. */
    FAIL,
    /** Its executor exits with code 42. */
    EXIT,
    /** Its executor stops at once, without running its shutdown hooks. */
    HALT,
    /** The files that other tasks are to fetch from its executor disappear. */
    LOSE_SHUFFLE_FILES,
    /** Its first attempt is so slow that it is started a second time. */
    DELAY
  }

  /** Which tasks of a job. */
  public enum Side {
    ANY,
    /** Those that write for others to fetch. */
    MAP,
    /** Those that fetched. */
    REDUCE
  }

  /** Makes the next such job that this thread starts suffer from a fault. */
  public static void inject(JavaSparkContext spark, Kind kind, String step, Side side) {
    try {
      spark.setLocalProperty(PENDING, Files.createTempFile("fault", "pending").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    spark.setLocalProperty(KIND, kind.name());
    spark.setLocalProperty(STEP, step);
    spark.setLocalProperty(SIDE, side.name());
  }

  /** Ends {@link #inject}. */
  public static void clear(JavaSparkContext spark) {
    String pending = spark.getLocalProperty(PENDING);
    if (pending != null) {
      takePending(pending);
    }
    spark.setLocalProperty(KIND, null);
  }

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {}

      @Override
      public void onTaskStart() {
        TaskContext task = TaskContext.get();
        String kind = task.getLocalProperty(KIND);
        String description = task.getLocalProperty("spark.job.description");
        if (kind != null
            && description != null
            && description.contains(task.getLocalProperty(STEP))
            && task.partitionId() == 0) {
          prepare(task, Kind.valueOf(kind), Side.valueOf(task.getLocalProperty(SIDE)));
        }
      }
    };
  }

  private static void prepare(TaskContext task, Kind kind, Side side) {
    String pending = task.getLocalProperty(PENDING);
    if (kind == Kind.DELAY) {
      if (takePending(pending)) {
        sleepUninterruptibly();
      }
      return;
    }
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            ended -> {
              if (isOn(side, ended.taskMetrics()) && takePending(pending)) {
                strike(kind);
              }
            });
  }

  /** Whether the fault has not struck yet; true for one caller alone. */
  private static boolean takePending(String pending) {
    try {
      return Files.deleteIfExists(Path.of(pending));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOn(Side side, TaskMetrics metrics) {
    return switch (side) {
      case ANY -> true;
      case MAP -> metrics.shuffleWriteMetrics().recordsWritten() > 0;
      case REDUCE -> metrics.shuffleReadMetrics().recordsRead() > 0;
    };
  }

  private static void strike(Kind kind) {
    switch (kind) {
      case FAIL -> throw new IllegalStateException("injected failure");
      case EXIT -> System.exit(42);
      case HALT -> Runtime.getRuntime().halt(42);
      case LOSE_SHUFFLE_FILES ->
          CollectionConverters.asJava(
                  SparkEnv.get().blockManager().diskBlockManager().getAllFiles())
              .stream()
              .filter(file -> file.getName().startsWith("shuffle_"))
              .forEach(File::delete);
      case DELAY -> throw new IllegalArgumentException("not at the end of a task");
    }
  }

  private static void sleepUninterruptibly() {
    long end = System.nanoTime() + 6_000_000_000L;
    while (System.nanoTime() < end) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
