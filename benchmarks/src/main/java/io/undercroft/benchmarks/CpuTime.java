package io.undercroft.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * How much processor time one operation takes, here and in the server that was started for it:
 * {@code -prof io.undercroft.benchmarks.CpuTime}. On a machine that has much else to do this says
 * more than the time that passes. What compiles and collects is counted, too; the server's time is
 * counted in hundredths of a second.
 */
public final class CpuTime implements InternalProfiler {
  private long own;
  private long server;

  @Override
  public String getDescription() {
    return "processor time of one operation, here and in servers that were started for it";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    own = own();
    server = server();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double operations = Math.max(1, result.getMetadata().getAllOps());
    return List.of(
        figure("cpu", (own() - own) / operations),
        figure("cpu.server", (server() - server) / operations));
  }

  private static ScalarResult figure(String name, double nanos) {
    return new ScalarResult(name, nanos, "ns/op", AggregationPolicy.AVG);
  }

  private static long own() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  private static long server() {
    return ProcessHandle.current()
        .children()
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .mapToLong(Duration::toNanos)
        .sum();
  }
}
