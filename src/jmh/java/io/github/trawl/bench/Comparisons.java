package io.github.trawl.bench;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** All comparisons by name, in the order of the table. */
final class Comparisons {
  private Comparisons() {}

  static Map<String, Comparison> all() {
    Map<String, Comparison> all = new LinkedHashMap<>();
    all.put("pass", new PassComparison());
    all.put("iteration", new IterationComparison());
    all.put("grid", new GridComparison());
    all.put("resident", new ResidentComparison());
    all.put("cluster", new ClusterComparison());
    all.put("driver-heap", new DriverHeapComparison());
    all.put("mllib", new MllibComparison());
    all.put("svd", new SvdComparison());
    all.put("tucker", new TuckerComparison());
    all.put("copy", new CopyComparison());
    all.put("cost", new CostComparison());
    all.put("prefix", new PrefixComparison());
    all.put("sweep", new SweepComparison());
    all.put("candidates", new CandidateComparison());
    return all;
  }

  /** For the help text. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.concat(all().keySet().stream(), Stream.of(Bench.CHARTS)).iterator();
    }
  }
}
