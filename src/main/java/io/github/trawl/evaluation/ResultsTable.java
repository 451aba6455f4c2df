package io.github.trawl.evaluation;

import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.evaluation.task.TaskGroup;
import io.github.trawl.evaluation.task.TaskResults;
import io.github.trawl.plan.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Renders results as tables of text. */
public final class ResultsTable {
  private ResultsTable() {}

  /**
   * Returns a table for each task: for a single model with a row for each metric and split, else
   * with a row for each model. Then follows a table for each group that has averages or, if there
   * are several tasks and no groups, one with the averages of all tasks.
   */
  public static String render(List<TaskReport> reports, List<TaskGroup> groups) {
    StringBuilder text = new StringBuilder();
    for (TaskReport report : reports) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %,d examples, %,d tokens in %.1f s, %,.0f tokens/s%n",
              report.definition().name(),
              report.examples(),
              report.tokens(),
              report.seconds(),
              report.tokens() / Math.max(1e-9, report.seconds())));
      text.append(
          report.candidates().size() == 1
              ? ofModel(report.candidates().get(0))
              : ofCandidates(report.candidates()));
    }
    groups.stream()
        .filter(group -> !group.averages().isEmpty())
        .forEach(group -> text.append(ofGroup(group.alias(), group, reports)));
    TaskReport.allTasksGroup(reports, groups)
        .ifPresent(group -> text.append(ofGroup("all", group, reports)));
    return text.toString();
  }

  private static String ofGroup(String title, TaskGroup group, List<TaskReport> reports) {
    List<CandidateReport> averages = new ArrayList<>();
    List<CandidateReport> candidates = reports.get(0).candidates();
    for (int c = 0; c < candidates.size(); c++) {
      int candidate = c;
      List<TaskResults> results =
          reports.stream().map(report -> report.results(candidate)).toList();
      averages.add(new CandidateReport(candidates.get(c).name(), List.of(), group.values(results)));
    }
    return String.format(
        Locale.ROOT,
        "%s: average of %d tasks%s%n%s",
        title,
        group.tasks().size(),
        ofFewer(group, reports.stream().map(report -> report.results(0)).toList()),
        averages.size() == 1 ? ofModel(averages.get(0)) : ofCandidates(averages));
  }

  /** Returns a remark on the averages that not all tasks are in; empty if there are none. */
  private static String ofFewer(TaskGroup group, List<TaskResults> results) {
    String metrics =
        group.ofFewer(results).entrySet().stream()
            .map(entry -> entry.getKey() + " of " + entry.getValue())
            .collect(Collectors.joining(", "));
    return metrics.isEmpty() ? "" : " (" + metrics + ")";
  }

  private static String ofModel(CandidateReport model) {
    TextTable table =
        new TextTable("split", "metric", ">examples", ">value", ">stderr", ">95 % interval");
    for (MetricValue value : model.metrics()) {
      table.row(
          value.split().label(),
          value.metric().label(),
          value.examples(),
          number(value.value()),
          number(value.standardError()),
          Double.isNaN(value.low()) ? "" : number(value.low()) + " to " + number(value.high()));
    }
    return table.render();
  }

  /**
   * Returns a table with a row for each candidate. Its columns are the first metric on the
   * validation split, by which a candidate is chosen, and all metrics on the test split; without a
   * test split, all metrics on all examples.
   */
  private static String ofCandidates(List<CandidateReport> candidates) {
    List<String> headings = new ArrayList<>(List.of("candidate"));
    shown(candidates.get(0))
        .forEach(value -> headings.add(">" + value.split().label() + " " + value.metric().label()));
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (CandidateReport candidate : candidates) {
      List<Object> cells = new ArrayList<>(List.of(candidate.name()));
      shown(candidate).forEach(value -> cells.add(number(value.value())));
      table.row(cells.toArray());
    }
    return table.render();
  }

  private static List<MetricValue> shown(CandidateReport candidate) {
    List<MetricValue> metrics = candidate.metrics();
    boolean split = metrics.stream().anyMatch(value -> value.split() == Split.TEST);
    List<MetricValue> shown = new ArrayList<>();
    metrics.stream()
        .filter(value -> value.split() == Split.VALIDATION)
        .limit(1)
        .forEach(shown::add);
    metrics.stream()
        .filter(value -> value.split() == (split ? Split.TEST : Split.ALL))
        .forEach(shown::add);
    return shown;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
  }
}
