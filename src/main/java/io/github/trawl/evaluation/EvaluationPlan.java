package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.task.PromptBuilder;
import io.github.trawl.evaluation.task.TaskGroup;
import io.github.trawl.factors.FactorEdits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The tasks and candidates of an evaluation. {@link #prepare} finds errors in the model, tokenizer,
 * tasks, data and factors before a cluster is requested.
 */
public final class EvaluationPlan implements AutoCloseable {
  private final EvaluationRequest request;
  private final EvaluationSession session;
  private final List<Candidate> candidates;

  private EvaluationPlan(
      EvaluationRequest request, EvaluationSession session, List<Candidate> candidates) {
    this.request = request;
    this.session = session;
    this.candidates = candidates;
  }

  /**
   * Opens the model, tasks and factors that {@code request} names.
   *
   * @throws TrawlException if something in the request is wrong or can't be read
   */
  public static EvaluationPlan prepare(EvaluationRequest request, Configuration hadoop) {
    EvaluationSession.requireOneTaskForData(request);
    Checkpoint checkpoint = Checkpoint.open(request.model(), hadoop);
    LanguageModels.describe(checkpoint); // Refuses an unknown model before factors are read.
    List<Candidate> candidates = candidates(request, checkpoint, hadoop);
    return new EvaluationPlan(
        request, EvaluationSession.prepare(request, checkpoint, true, hadoop), candidates);
  }

  /** Returns the unmodified model, then the other candidates in the order of the request. */
  private static List<Candidate> candidates(
      EvaluationRequest request, Checkpoint checkpoint, Configuration hadoop) {
    List<Candidate> candidates = new ArrayList<>(List.of(Candidate.UNMODIFIED));
    if (!request.factors().isEmpty()) {
      Architecture architecture = Architecture.of(checkpoint, request.architecture(), hadoop);
      FactorEdits edits = new FactorEdits(checkpoint, architecture, hadoop);
      Set<String> names = new HashSet<>();
      for (String location : request.factors()) {
        if (location.equals(Candidate.UNMODIFIED.name())) {
          throw new TrawlException(
              ErrorCategory.USAGE,
              "--factors %s: results list the model without edits by this name; write ./%1$s"
                  .formatted(location));
        }
        for (Candidate candidate : Candidate.of(location, edits.find(location))) {
          if (!names.add(candidate.name())) {
            throw new TrawlException(
                ErrorCategory.USAGE,
                "--factors names " + candidate.name() + " twice; name it once");
          }
          candidates.add(candidate);
        }
      }
    }
    return List.copyOf(candidates);
  }

  /**
   * Refuses a model whose weights do not fit the memory of a process.
   *
   * @throws TrawlException of category {@code USAGE} that names a remedy
   */
  public void requireMemory() {
    session.requireMemory();
  }

  /** Returns how prompts are put to the model. */
  public PromptBuilder prompting() {
    return session.prompting();
  }

  /** Returns the groups of tasks that the request names; a group follows the groups in it. */
  public List<TaskGroup> groups() {
    return session.groups();
  }

  EvaluationRequest request() {
    return request;
  }

  EvaluationSession session() {
    return session;
  }

  /** Returns the unmodified model, then the other candidates in the order of the request. */
  List<Candidate> candidates() {
    return candidates;
  }

  @Override
  public void close() {
    session.close();
  }
}
