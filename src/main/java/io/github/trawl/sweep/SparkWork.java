package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.AskSummary;
import io.github.trawl.evaluation.Candidate;
import io.github.trawl.evaluation.CandidateSink;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.factors.FactorEdits;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.solve.MemberResult;
import io.github.trawl.solve.StackRequest;
import io.github.trawl.solve.StackResult;
import io.github.trawl.solve.StackSink;
import io.github.trawl.solve.StackSolver;
import io.github.trawl.spark.RunMetrics;
import io.github.trawl.spark.TaskSlots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;

/** Does the work of a sweep on Spark. */
final class SparkWork implements SweepWork {
  private final JavaSparkContext spark;
  private final EvaluationSession session;
  private final FactorStore store;
  private final FactorEdits edits;
  private final Costs costs;

  /** Kept because a contestant is asked several blocks, and its controls have the same factors. */
  private final Map<List<String>, List<MatrixEdit>> editsByLocations = new ConcurrentHashMap<>();

  SparkWork(
      JavaSparkContext spark,
      EvaluationSession session,
      FactorStore store,
      FactorEdits edits,
      Costs costs) {
    this.spark = spark;
    this.session = session;
    this.store = store;
    this.edits = edits;
    this.costs = costs;
  }

  @Override
  public void solve(List<SolveBatch> batches, List<String> names, SolveSink sink) {
    Checkpoint checkpoint = session.checkpoint();
    Map<StackRequest, SolveBatch> byRequest = new HashMap<>();
    List<StackRequest> requests = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      SolveBatch batch = batches.get(i);
      StackRequest request =
          new StackRequest(batch.solve(), batch.options(), FactorFile.relativePath(names.get(i)));
      byRequest.put(request, batch);
      requests.add(request);
    }
    new StackSolver(spark, checkpoint, store.solveSettings())
        .run(
            "decompose " + batches.size() + (batches.size() == 1 ? " stack" : " stacks"),
            requests,
            new StackSink() {
              @Override
              public void solved(StackRequest request, StackResult result) {
                store.publish(result.factors());
                SolveBatch batch = byRequest.get(request);
                costs.add(
                    "solve " + batch.key().method().key(),
                    1,
                    result.seconds(),
                    request.solve().stack().storedBytes(),
                    result.factors().bytes());
                sink.solved(batch, content(request, result));
              }

              @Override
              public void failed(StackRequest request, TrawlException failure) {
                RunMetrics.get().failed();
                sink.failed(byRequest.get(request), failure.getMessage());
              }
            });
  }

  @Override
  public int slots() {
    return TaskSlots.ofAll(spark.sc());
  }

  @Override
  public boolean hasFactorFile(JsonNode solve) {
    return store.holds(SolveContent.file(solve), SolveContent.bytes(solve));
  }

  private ObjectNode content(StackRequest request, StackResult result) {
    WeightStack stack = request.solve().stack();
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    content.put("stack", stack.name());
    content.put("shape", stack.shape().toString());
    ArrayNode slices = content.putArray("slices");
    stack.slices().stream().map(WeightSlice::label).forEach(slices::add);
    content.put("method", request.options().method().key());
    content.put("spread", request.solve().spread());
    content.put("file", request.file());
    content.put("bytes", result.factors().bytes());
    ArrayNode members = content.putArray("members");
    for (MemberResult member : result.members()) {
      ObjectNode node = members.addObject();
      node.put("name", member.name())
          .put("rank", member.rank())
          .put("seed", member.seed())
          .put("relative_error", member.relativeError())
          .put("iterations", member.iterations())
          .put("reason", member.reason().name());
      if (!member.spectrum().isEmpty()) {
        // One key for all methods, though Tucker's spectrum holds norms of slices of the core.
        ArrayNode weights = node.putArray("weights");
        member.spectrum().forEach(weights::add);
      }
    }
    return content;
  }

  @Override
  public void ask(
      ExampleBlock block,
      List<Contestant> contestants,
      List<List<String>> factors,
      ScoreSink sink) {
    Map<String, Contestant> byName = new HashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      Contestant contestant = contestants.get(i);
      try {
        candidates.add(candidate(contestant, factors.get(i)));
        byName.put(contestant.id(), contestant);
      } catch (TrawlException e) {
        if (e.category() == ErrorCategory.SYSTEM) {
          // A store that does not answer is no fault of the point.
          throw e;
        }
        RunMetrics.get().failed();
        sink.failed(contestant, e.getMessage());
      }
    }
    String description =
        "%s, %s block %d: %d models"
            .formatted(
                session.tasks().get(block.task()).name(),
                block.split().label(),
                block.number() + 1,
                candidates.size());
    AskSummary summary =
        session.ask(
            spark,
            progress(sink),
            description,
            session.tasks().get(block.task()),
            block.examples(),
            candidates,
            new CandidateSink() {
              @Override
              public void answered(Candidate candidate, List<ExampleResult> results) {
                sink.scored(byName.get(candidate.name()), results);
              }

              @Override
              public void failed(Candidate candidate, TrawlException failure) {
                RunMetrics.get().failed();
                sink.failed(byName.get(candidate.name()), failure.getMessage());
              }
            });
    costs.add(block.split().label(), candidates.size(), summary.seconds(), 0, 0);
  }

  private static Progress progress(ScoreSink sink) {
    return (name, total) -> {
      AtomicInteger done = new AtomicInteger();
      return new Progress.Bar() {
        @Override
        public void step(String note) {
          sink.advanced("%d of %d Spark tasks, %s".formatted(done.incrementAndGet(), total, note));
        }

        @Override
        public void note(String note) {}

        @Override
        public void close() {}
      };
    };
  }

  private Candidate candidate(Contestant contestant, List<String> locations) {
    if (contestant.isUnmodified()) {
      return Candidate.UNMODIFIED;
    }
    List<MatrixEdit> found = editsByLocations.computeIfAbsent(locations, this::edits);
    return new Candidate(
        contestant.id(),
        contestant.isControl()
            ? found.stream().map(edit -> edit.asControl(contestant.controlNumber())).toList()
            : found);
  }

  private List<MatrixEdit> edits(List<String> locations) {
    return edits.find(locations.stream().map(store::location).toList());
  }
}
