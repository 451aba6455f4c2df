package io.github.trawl.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Adds our metrics to Spark's metrics system, whose sinks the user chooses: on the driver {@link
 * RunMetrics}, on each executor (and in a local run) the memory outside the heap. Spark creates the
 * plugin by the class name in {@code spark.plugins}.
 */
public final class MetricsPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  private static final class Driver implements DriverPlugin {
    @Override
    public void registerMetrics(String application, PluginContext context) {
      MetricRegistry registry = context.metricRegistry();
      RunMetrics.get().byName().forEach(registry::register);
    }
  }

  /**
   * Registers the memory metrics. In a local run they have the same prefix as the metrics of the
   * driver plugin, so a name may be used in only one of the two.
   */
  private static final class Executor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      MetricRegistry registry = context.metricRegistry();
      registry.register("offHeapBytes", (Gauge<Long>) ExecutorMemory::admittedBytes);
      registry.register("offHeapAllocatedBytes", (Gauge<Long>) ExecutorMemory::allocatedBytes);
      registry.register("offHeapLimitBytes", (Gauge<Long>) ExecutorMemory::limitBytes);
    }
  }
}
