package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RacingRuleTest {
  private static final int LOOKS = 5;
  private static final int BLOCK = 40;

  @Test
  void theBestPointDropsOutAtMostAsOftenAsAlphaSays() {
    int races = 2000;
    int dropped = 0;
    int worstLived = 0;
    for (int race = 0; race < races; race++) {
      // All are equally good, which makes it hardest to keep point 0, but for the last, which is
      // bad.
      SimulatedSweep sweep = new SimulatedSweep(new Random(race), LOOKS * BLOCK, 6);
      sweep.shift(5, -0.4);
      List<Integer> live = race(new RacingRule(6, LOOKS, 0.2), sweep.points());
      dropped += live.contains(0) ? 0 : 1;
      worstLived += live.contains(5) ? 1 : 0;
    }
    assertThat(dropped / (double) races).isLessThanOrEqualTo(0.2);
    // Else the rule would keep the best by keeping all.
    assertThat(worstLived / (double) races).isLessThan(0.01);
  }

  @Test
  void theSameHoldsForRealValues() {
    int races = 500;
    int dropped = 0;
    for (int race = 0; race < races; race++) {
      Random random = new Random(race);
      List<double[]> values = new ArrayList<>();
      for (int point = 0; point < 5; point++) {
        double shift = point == 4 ? -0.5 : 0;
        values.add(Formula.fill(LOOKS * BLOCK, i -> random.nextGaussian() + shift));
      }
      List<Integer> live = race(new RacingRule(5, LOOKS, 0.2), values);
      dropped += live.contains(0) ? 0 : 1;
    }
    assertThat(dropped / (double) races).isLessThanOrEqualTo(0.2);
  }

  /** The points that are live after all looks. */
  private static List<Integer> race(RacingRule rule, List<double[]> values) {
    List<Integer> live = new ArrayList<>(IntStream.range(0, values.size()).boxed().toList());
    for (int look = 1; look <= rule.looks(); look++) {
      int seen = look * BLOCK;
      List<double[]> sofar =
          live.stream().map(point -> Arrays.copyOf(values.get(point), seen)).toList();
      RacingDecision decision = rule.decide(look, sofar);
      List<Integer> stay = new ArrayList<>();
      for (int i = 0; i < live.size(); i++) {
        if (!decision.drops(i)) {
          stay.add(live.get(i));
        }
      }
      assertThat(stay).isNotEmpty();
      live = stay;
    }
    return live;
  }

  @Test
  void aPointDropsAtTheLevelOfOneTestAmongAll() {
    // 0.4 over 2 looks and 2 rivals: 1/10. Of four differences all for the worse p is 1/16, of
    // three 1/8.
    RacingRule rule = new RacingRule(3, 2, 0.4);
    assertThat(rule.level()).isEqualTo(0.1);
    double[] leader = {1, 1, 1, 1, 1};
    RacingDecision decision =
        rule.decide(2, List.of(new double[] {0, 0, 0, 1, 1}, leader, new double[] {0, 0, 0, 0, 1}));
    assertThat(decision.leader()).hasValue(1);
    assertThat(decision.worseP(0)).isEqualTo(1 / 8.0);
    assertThat(decision.worseP(1)).isEqualTo(1);
    assertThat(decision.worseP(2)).isEqualTo(1 / 16.0);
    assertThat(decision.dropped()).containsExactly(2);
  }

  @Test
  void theLevelDoesNotGrowAsPointsDropOut() {
    RacingRule rule = new RacingRule(1000, 2, 0.4);
    double[] leader = {1, 1, 1, 1, 1};
    assertThat(rule.decide(2, List.of(leader, new double[5])).dropped()).isEmpty();
  }

  @Test
  void pointsWithTheSameValuesNeverDropEachOther() {
    RacingRule rule = new RacingRule(3, 1, 0.999);
    for (double[] values : new double[][] {{1, 0, 1}, {-0.5, 0.25, 7}}) {
      RacingDecision decision = rule.decide(1, List.of(values, values.clone(), values.clone()));
      assertThat(decision.leader()).hasValue(0);
      assertThat(decision.dropped()).isEmpty();
    }
  }

  @Test
  void aPointWithNanNeverLeadsAndDropsOut() {
    RacingRule rule = new RacingRule(3, 1, 0.05);
    double[] broken = {9, Double.NaN};
    double[] infinite = {9, Double.POSITIVE_INFINITY};
    RacingDecision decision = rule.decide(1, List.of(broken, new double[] {0, 0}, infinite));
    assertThat(decision.leader()).hasValue(1);
    assertThat(decision.dropped()).containsExactly(0, 2);
    assertThat(decision.worseP(0)).isNaN();
    RacingDecision none = rule.decide(1, List.of(broken, infinite));
    assertThat(none.leader()).isEmpty();
    assertThat(none.dropped()).containsExactly(0, 1);
  }

  @Test
  void aSinglePointWins() {
    RacingDecision decision = new RacingRule(1, 3, 0.05).decide(3, List.of(new double[] {0}));
    assertThat(decision.leader()).hasValue(0);
    assertThat(decision.dropped()).isEmpty();
  }

  @Test
  void refusesRacesThatCannotBeHeld() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RacingRule(0, 1, 0.05));
    assertThatIllegalArgumentException().isThrownBy(() -> new RacingRule(2, 0, 0.05));
    assertThatIllegalArgumentException().isThrownBy(() -> new RacingRule(2, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new RacingRule(2, 1, Double.NaN));
    RacingRule rule = new RacingRule(2, 3, 0.05);
    List<double[]> two = List.of(new double[3], new double[3]);
    assertThatIllegalArgumentException().isThrownBy(() -> rule.decide(0, two));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.decide(4, two))
        .withMessageContaining("none of the 3 planned");
    assertThatIllegalArgumentException().isThrownBy(() -> rule.decide(1, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.decide(1, List.of(new double[3], new double[3], new double[3])));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.decide(1, List.of(new double[3], new double[2])));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.decide(1, List.of(new double[0], new double[0])));
  }
}
