package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.sweep.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep does and does not do again, with work that takes no time. */
class SweepRunTest {
  private static final int EXAMPLES = 2000;

  @TempDir private Path folder;

  @Test
  void aRaceDropsTheWorstEarlyAndFindsTheBest() throws IOException {
    FakeWork work = new FakeWork();
    FakeSweep.Ended ended = sweep(points(1, 2, 4, 8)).run(work);
    assertThat(ended.progress().state()).isEqualTo(SweepState.COMPLETE);
    assertThat(ended.progress().winner()).contains("layer-fc-1-cp-r8-s0");
    // 1,000 validation examples in rounds of 64, 128, 256 and 552.
    assertThat(ended.progress().rounds())
        .extracting(RaceRound::examples)
        .containsExactly(64, 192, 448, 1000);
    assertThat(ended.progress().rounds().get(0).dropped()).contains("layer-fc-1-cp-r1-s0");
    assertThat(work.asked.get("layer-fc-1-cp-r1-s0")).isEqualTo(64);
    // The winner, a runner-up and the model as it is see everything, once.
    assertThat(work.asked.get("layer-fc-1-cp-r8-s0")).isEqualTo(EXAMPLES);
    assertThat(work.asked.get("unmodified")).isEqualTo(EXAMPLES);
    assertThat(ended.progress().tested().get(0)).isEqualTo("layer-fc-1-cp-r8-s0");
  }

  @Test
  void withoutScreeningAllSeeAll() throws IOException {
    FakeWork work = new FakeWork();
    FakeSweep.Ended ended =
        new FakeSweep(folder, points(1, 8), FakeSweep.screening(Screening.NONE), EXAMPLES)
            .run(work);
    assertThat(ended.progress().tested()).hasSize(2);
    assertThat(work.asked.values()).containsOnly(EXAMPLES);
  }

  @Test
  void pointsWhoseScoresAreNotFiniteAreNotChosen() throws IOException {
    FakeWork work = new FakeWork();
    work.measured.put("layer-fc-1-cp-r2-s0", Double.NEGATIVE_INFINITY);
    work.measured.put("layer-fc-1-cp-r8-s0", Double.POSITIVE_INFINITY);
    SweepSettings all = FakeSweep.screening(Screening.NONE);
    FakeSweep sweep = new FakeSweep(folder, points(2, 8), all, EXAMPLES);
    for (int run = 0; run < 2; run++) {
      SweepProgress end = sweep.runAndWrite(work).progress();
      assertThat(end.state()).isEqualTo(SweepState.COMPLETE);
      assertThat(end.winner()).isEmpty();
    }
    JsonNode result = ResultFile.read(sweep.output(), new Configuration());
    assertThat(result.has("choice")).isFalse();
    assertThat(new ResultText(result).text())
        .isEqualTo(
            "No point can be chosen: there are fewer than two validation examples, or scores are not finite.");

    FakeSweep grown = new FakeSweep(folder, points(2, 4, 8), all, EXAMPLES);
    assertThat(grown.runAndWrite(work).progress().winner()).contains("layer-fc-1-cp-r4-s0");
  }

  @Test
  void aSweepWhosePointsAllFailSaysSo() throws IOException {
    FakeWork work = new FakeWork();
    work.unsolvable.add("layer-1-fc cp r2 r8 s0");
    FakeSweep sweep = sweep(points(2, 8));
    sweep.runAndWrite(work);
    assertThat(new ResultText(ResultFile.read(sweep.output(), new Configuration())).text())
        .isEqualTo("Nothing can be said: all 2 points failed.");
  }

  @Test
  void controlsAreMeasuredBesideThePointsThatSeeTheTestExamples() throws IOException {
    FakeWork work = new FakeWork();
    FakeSweep sweep = new FakeSweep(folder, points(1, 2, 4, 8), controlled(2), EXAMPLES);
    FakeSweep.Ended ended = sweep.run(work);
    List<String> controls =
        ended.progress().tested().stream()
            .flatMap(id -> Stream.of(id + "-control1", id + "-control2"))
            .toList();
    assertThat(controls).isNotEmpty();
    assertThat(work.asked.keySet().stream().filter(id -> id.contains("control")))
        .containsExactlyInAnyOrderElementsOf(controls);
    controls.forEach(id -> assertThat(work.asked.get(id)).isEqualTo(EXAMPLES));
    // A control is no candidate.
    assertThat(ended.progress().winner()).contains("layer-fc-1-cp-r8-s0");
    assertThat(ended.progress().live()).doesNotContainAnyElementsOf(controls);

    FakeWork again = new FakeWork();
    assertThat(sweep.run(again).progress()).isEqualTo(ended.progress());
    assertThat(again.asked).isEmpty();
    FakeWork more = new FakeWork();
    new FakeSweep(folder, points(1, 2, 4, 8), controlled(3), EXAMPLES).run(more);
    assertThat(more.asked.keySet())
        .containsExactlyInAnyOrderElementsOf(
            ended.progress().tested().stream().map(id -> id + "-control3").toList());
  }

  @Test
  void pointsOfOtherMatricesAreAddedAsLongAsTheyImprove() throws IOException {
    List<Point> points = points(2, 8);
    points.addAll(points("0", 2, 4));
    points.addAll(points("all", 2));
    FakeSweep sweep = new FakeSweep(folder, points, composing(1), EXAMPLES);
    FakeWork work = new FakeWork();
    FakeSweep.Ended ended = sweep.run(work);
    String best = "layer-fc-1-cp-r8-s0";
    String together = best + "+layer-fc-0-cp-r4-s0";
    assertThat(ended.progress().winner()).contains(best);
    // Layers 0 and 1 are all there are: after the first step nothing is left to add.
    assertThat(ended.progress().composition()).hasSize(1);
    CompositionStep step = ended.progress().composition().get(0);
    assertThat(step.id()).isEqualTo(together);
    assertThat(step.accepted()).isTrue();
    List<ExampleBlock> validation = ended.definition().validationBlocks();
    double[] alone = ended.board().values(best, validation);
    double[] both = ended.board().values(together, validation);
    assertThat(step.test().better())
        .isEqualTo(IntStream.range(0, alone.length).filter(i -> both[i] > alone[i]).count());
    assertThat(work.asked.keySet())
        .contains(best + "+layer-fc-0-cp-r2-s0", together + "-control1")
        .noneMatch(id -> id.contains("+layer-fc-all") || id.contains("+layer-fc-1-"));
    // The one that adds nothing dropped out of the race; the other has seen all, test examples too.
    assertThat(work.asked.get(best + "+layer-fc-0-cp-r2-s0")).isLessThan(EXAMPLES / 2);
    assertThat(work.asked.get(together)).isEqualTo(EXAMPLES);

    FakeWork again = new FakeWork();
    assertThat(sweep.run(again).progress()).isEqualTo(ended.progress());
    assertThat(again.asked).isEmpty();
  }

  @Test
  void aPointThatAddsNothingIsNotTaken() throws IOException {
    List<Point> points = points(8);
    points.addAll(points("0", 2));
    FakeSweep.Ended ended =
        new FakeSweep(folder, points, composing(0), EXAMPLES).run(new FakeWork());
    assertThat(ended.progress().composition()).hasSize(1);
    assertThat(ended.progress().composition().get(0).accepted()).isFalse();
    assertThat(CompositionStep.composed(ended.progress().composition())).isEmpty();
  }

  @Test
  void additionsThatAllDropOutEarlyAreTold() throws IOException {
    List<Point> points = points(8);
    points.addAll(points("0", 1));
    FakeSweep sweep = new FakeSweep(folder, points, composing(0), EXAMPLES);
    assertThat(sweep.runAndWrite(new FakeWork()).progress().composition()).isEmpty();
    assertThat(new ResultText(ResultFile.read(sweep.output(), new Configuration())).text())
        .contains(" No addition of another point was found to improve it on validation examples.");
  }

  @Test
  void theReportTellsEditsApartThatDifferInStrategyOrSettings() throws IOException {
    IterationSettings usual = IterationSettings.defaults(DecompositionMethods.CP);
    IterationSettings brief =
        new IterationSettings(50, usual.tolerance(), usual.start(), usual.acceleration());
    FakeSweep sweep =
        sweep(
            List.of(
                point(Strategy.LAYER, DecompositionMethods.CP, 0, usual),
                point(Strategy.MODEL, DecompositionMethods.CP, 0, usual),
                point(Strategy.LAYER, DecompositionMethods.CP, 1, brief),
                point(Strategy.LAYER, DecompositionMethods.SVD, 0, usual)));
    sweep.runAndWrite(new FakeWork());
    assertThat(ReportInput.read(sweep.output(), new Configuration()).points())
        .extracting(each -> each.edit().variant())
        .containsExactly(
            "strategy layer, max-iterations 100",
            "strategy model, max-iterations 100",
            "strategy layer, max-iterations 50",
            "");
    assertThat(ResultFile.read(sweep.output(), new Configuration()).at("/points/0/rank").toString())
        .isEqualTo("2");
  }

  private static Point point(
      Strategy strategy, DecompositionMethod method, long seed, IterationSettings settings) {
    return new Point(
        new StackSelection(strategy, "fc", "all"),
        method,
        new DecompositionSize.Rank(2),
        seed,
        settings);
  }

  @Test
  void aCompositionThatIsCutAnywhereGoesOnToTheSameEnd() throws IOException {
    List<Point> points = points(2, 8);
    points.addAll(points("0", 2, 4));
    SweepProgress undisturbed =
        new FakeSweep(folder.resolve("whole"), points, composing(1), EXAMPLES)
            .run(new FakeWork())
            .progress();
    FakeSweep sweep = new FakeSweep(folder.resolve("cut"), points, composing(1), EXAMPLES);
    int cuts = 0;
    while (true) {
      FakeWork work = new FakeWork();
      work.cutAfter = 1 + cuts % 3;
      try {
        assertThat(sweep.run(work).progress()).isEqualTo(undisturbed);
        break;
      } catch (FakeWork.CutException e) {
        cuts++;
      }
    }
    assertThat(cuts).isGreaterThan(10);
  }

  @Test
  void aControlThatFailsLeavesItsPointInPlace() throws IOException {
    FakeWork work = new FakeWork();
    work.failing.add("layer-fc-1-cp-r8-s0-control1");
    FakeSweep sweep = new FakeSweep(folder, points(2, 8), controlled(1), EXAMPLES);
    FakeSweep.Ended ended = sweep.runAndWrite(work);
    assertThat(ended.progress().state()).isEqualTo(SweepState.FAILED_POINTS);
    Configuration hadoop = new Configuration();
    JsonNode counts = SweepOutcome.of(ResultFile.read(sweep.output(), hadoop)).counts();
    assertThat(counts.get("failed").asInt()).isZero();
    assertThat(counts.get("missing").asInt()).isZero();
    assertThat(ReportPage.of(ReportInput.read(sweep.output(), hadoop)))
        .contains("layer-fc-1-cp-r8-s0-control1");
    assertThat(ended.progress().failed().keySet()).containsExactly("layer-fc-1-cp-r8-s0-control1");
    assertThat(ended.progress().winner()).contains("layer-fc-1-cp-r8-s0");
  }

  @Test
  void aFinishedSweepDoesNothingAgain() throws IOException {
    FakeSweep sweep = sweep(points(1, 2, 8));
    SweepProgress first = sweep.run(new FakeWork()).progress();
    FakeWork work = new FakeWork();
    assertThat(sweep.run(work).progress()).isEqualTo(first);
    assertThat(work.solved).isEmpty();
    assertThat(work.asked).isEmpty();
  }

  @Test
  void factorsThatAreGoneAreSolvedAgainAndNothingIsAskedAgain() throws IOException {
    FakeSweep sweep = sweep(points(2, 8));
    SweepProgress first = sweep.run(new FakeWork()).progress();
    FakeWork work = new FakeWork();
    work.removed = true;
    assertThat(sweep.run(work).progress()).isEqualTo(first);
    assertThat(work.solved).containsExactly("layer-1-fc cp r2 r8 s0");
    assertThat(work.asked).isEmpty();
  }

  @Test
  void factorsThatAreGoneAndCannotBeSolvedAgainMakeTheirPointsFail() throws IOException {
    FakeSweep sweep = sweep(points(2, 8));
    SweepProgress first = sweep.run(new FakeWork()).progress();
    for (int run = 0; run < 3; run++) {
      FakeWork work = new FakeWork();
      work.removed = true;
      work.unsolvable.add("layer-1-fc cp r2 r8 s0");
      SweepProgress end = sweep.run(work).progress();
      assertThat(end.state()).isEqualTo(SweepState.FAILED_POINTS);
      assertThat(end.failed().get("layer-fc-1-cp-r8-s0"))
          .isEqualTo(new FailedContestant("layer-fc-1-cp-r8-s0", "solve", 1, "is not finite"));
    }
    FakeWork mended = new FakeWork();
    mended.removed = true;
    assertThat(sweep.run(mended).progress()).isEqualTo(first);
  }

  @Test
  void aRunThatIsCutAnywhereGoesOnToTheSameEnd() throws IOException {
    SweepProgress undisturbed =
        new FakeSweep(folder.resolve("whole"), points(1, 2, 4, 8), FakeSweep.RACE, EXAMPLES)
            .run(new FakeWork())
            .progress();
    FakeSweep sweep =
        new FakeSweep(folder.resolve("cut"), points(1, 2, 4, 8), FakeSweep.RACE, EXAMPLES);
    List<Integer> cuts = new ArrayList<>();
    while (true) {
      FakeWork work = new FakeWork();
      work.cutAfter = 1 + cuts.size() % 3;
      try {
        assertThat(sweep.run(work).progress()).isEqualTo(undisturbed);
        break;
      } catch (FakeWork.CutException e) {
        cuts.add(work.asked.size());
      }
    }
    assertThat(cuts).hasSizeGreaterThan(5);
  }

  @Test
  void aGrownGridAsksOnlyWhatIsNew() throws IOException {
    sweep(points(2, 8)).run(new FakeWork());
    FakeWork work = new FakeWork();
    sweep(points(2, 4, 8)).run(work);
    assertThat(work.asked.keySet()).contains("layer-fc-1-cp-r4-s0");
    assertThat(work.asked.keySet()).doesNotContain("unmodified", "layer-fc-1-cp-r8-s0");
  }

  @Test
  void aFailedPointIsTriedAgainAndThenGivenUp() throws IOException {
    FakeSweep sweep = sweep(points(2, 8));
    for (int attempt = 1; attempt <= 2; attempt++) {
      FakeWork work = new FakeWork();
      work.failing.add("layer-fc-1-cp-r8-s0");
      SweepProgress end = sweep.run(work).progress();
      assertThat(end.state()).isEqualTo(SweepState.FAILED_POINTS);
      assertThat(end.failed().get("layer-fc-1-cp-r8-s0"))
          .isEqualTo(
              new FailedContestant("layer-fc-1-cp-r8-s0", "scores", attempt, "computes NaN"));
      assertThat(end.winner()).contains("layer-fc-1-cp-r2-s0");
    }
    FakeWork mended = new FakeWork();
    assertThat(sweep.run(mended).progress().state()).isEqualTo(SweepState.FAILED_POINTS);
    assertThat(mended.asked).doesNotContainKey("layer-fc-1-cp-r8-s0");
    SweepProgress revived =
        new FakeSweep(folder, points(2, 8), trying(3), EXAMPLES).run(new FakeWork()).progress();
    assertThat(revived.state()).isEqualTo(SweepState.COMPLETE);
    assertThat(revived.winner()).contains("layer-fc-1-cp-r8-s0");
  }

  private static SweepSettings trying(int attempts) {
    SweepSettings race = FakeSweep.RACE;
    return new SweepSettings(
        race.screening(),
        race.level(),
        race.firstBlock(),
        race.growth(),
        race.shuffleSeed(),
        race.metric(),
        race.runnersUp(),
        race.controls(),
        race.composition(),
        attempts,
        race.maxFailures(),
        race.timeLimit());
  }

  @Test
  void aPointThatFailedOnceAndIsMendedCounts() throws IOException {
    FakeSweep sweep = sweep(points(2, 8));
    FakeWork broken = new FakeWork();
    broken.unsolvable.add("layer-1-fc cp r2 r8 s0");
    SweepProgress end = sweep.run(broken).progress();
    assertThat(end.failed()).containsOnlyKeys("layer-fc-1-cp-r2-s0", "layer-fc-1-cp-r8-s0");
    assertThat(end.winner()).isEmpty();
    SweepProgress mended = sweep.run(new FakeWork()).progress();
    assertThat(mended.state()).isEqualTo(SweepState.COMPLETE);
    assertThat(mended.winner()).contains("layer-fc-1-cp-r8-s0");
  }

  @Test
  void stopRulesEndARunThatTheNextOneGoesOnWith() throws IOException {
    SweepSettings twoFailures = stopping(OptionalInt.of(1), Optional.empty());
    FakeWork work = new FakeWork();
    work.failing.add("layer-fc-1-cp-r2-s0");
    FakeSweep sweep = new FakeSweep(folder, points(2, 8), twoFailures, EXAMPLES);
    FakeSweep.Ended ended = sweep.run(work);
    assertThat(ended.progress().state()).isEqualTo(SweepState.STOPPED);
    assertThat(ended.failures()).isEqualTo(1);
    SweepSettings noTime = stopping(OptionalInt.empty(), Optional.of(Duration.ZERO));
    assertThat(
            new FakeSweep(folder, points(2, 8), noTime, EXAMPLES)
                .run(new FakeWork())
                .progress()
                .state())
        .isEqualTo(SweepState.STOPPED);
    assertThat(sweep.run(new FakeWork()).progress().state()).isEqualTo(SweepState.COMPLETE);
  }

  private static SweepSettings stopping(OptionalInt failures, Optional<Duration> time) {
    return new SweepSettings(
        Screening.RACE,
        0.05,
        64,
        2,
        0,
        Optional.empty(),
        1,
        0,
        Composition.NONE,
        2,
        failures,
        time);
  }

  private static SweepSettings composing(int controls) {
    return new SweepSettings(
        Screening.RACE,
        0.05,
        64,
        2,
        0,
        Optional.empty(),
        1,
        controls,
        Composition.GREEDY,
        2,
        OptionalInt.empty(),
        Optional.empty());
  }

  private static SweepSettings controlled(int controls) {
    return new SweepSettings(
        Screening.RACE,
        0.05,
        64,
        2,
        0,
        Optional.empty(),
        1,
        controls,
        Composition.NONE,
        2,
        OptionalInt.empty(),
        Optional.empty());
  }

  @Test
  void pointsAreAskedWhileTheLastStacksAreBeingSolved() throws IOException {
    List<Point> points = twoLayers();
    FakeWork work = new FakeWork();
    work.slots = 2;
    // It comes after the points of the other layer have answered, or never.
    work.waiting = "layer-1-fc cp r2 r8 s0";
    FakeSweep.Ended ended = new FakeSweep(folder, points, FakeSweep.RACE, EXAMPLES).run(work);
    assertThat(work.done.subList(0, 5))
        .containsExactly(
            "layer-0-fc cp r2 r8 s0",
            "layer-fc-0-cp-r2-s0",
            "layer-fc-0-cp-r8-s0",
            "unmodified",
            "layer-1-fc cp r2 r8 s0");

    FakeWork plain = new FakeWork();
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThat(new FakeSweep(other, points, FakeSweep.RACE, EXAMPLES).run(plain).progress())
        .isEqualTo(ended.progress());
    // As many solves as slots leave none to ask anybody on.
    assertThat(plain.done.subList(0, 2)).allMatch(name -> name.contains(" cp "));
    assertThat(work.asked).isEqualTo(plain.asked);
  }

  @Test
  void whatFailsBesideTheSolvesEndsThem() throws IOException {
    FakeWork work = new FakeWork();
    work.slots = 3;
    work.cutAfter = 1;
    FakeSweep sweep = new FakeSweep(folder, twoLayers(), FakeSweep.RACE, EXAMPLES);
    assertThatThrownBy(() -> sweep.run(work)).isInstanceOf(FakeWork.CutException.class);
    FakeWork again = new FakeWork();
    assertThat(sweep.run(again).progress().state()).isEqualTo(SweepState.COMPLETE);
  }

  private static List<Point> twoLayers() {
    List<Point> points = points("0", 2, 8);
    points.addAll(points("1", 2, 8));
    return points;
  }

  private FakeSweep sweep(List<Point> points) {
    return new FakeSweep(folder, points, FakeSweep.RACE, EXAMPLES);
  }

  private static List<Point> points(int... ranks) {
    return points("1", ranks);
  }

  private static List<Point> points(String layers, int... ranks) {
    List<Point> points = new ArrayList<>();
    for (int rank : ranks) {
      points.add(
          new Point(
              new StackSelection(Strategy.LAYER, "fc", layers),
              DecompositionMethods.CP,
              new DecompositionSize.Rank(rank),
              0,
              IterationSettings.defaults(DecompositionMethods.CP)));
    }
    return points;
  }
}
