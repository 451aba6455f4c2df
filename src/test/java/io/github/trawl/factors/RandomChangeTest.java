package io.github.trawl.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.evaluation.SmallModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomChangeTest {
  private static final int SIZE = 50_000;

  @TempDir private static Path folder;
  private static WeightSlice slice;

  @BeforeAll
  static void write() throws IOException {
    SmallModels.write("bert", folder);
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration());
    slice = Architecture.forModel(checkpoint).slices(checkpoint).get(0);
  }

  @Test
  void changesTheSameElementsByAsMuchInAnotherDirection() {
    float[] original = random(1);
    float[] edited = edited(original);
    float[] control = control(original, edited, 1, DType.F32);
    double edit = 0;
    double change = 0;
    double product = 0;
    double sum = 0;
    int changed = 0;
    for (int i = 0; i < SIZE; i++) {
      double one = (double) edited[i] - original[i];
      double other = (double) control[i] - original[i];
      changed += other == 0 ? 0 : 1;
      edit += one * one;
      change += other * other;
      product += one * other;
      sum += other;
    }
    assertThat(changed).isEqualTo(SIZE / 2);
    assertThat(Math.sqrt(change)).isCloseTo(Math.sqrt(edit), within(1e-5 * Math.sqrt(edit)));
    // Five standard deviations of the cosine of independent directions, and of the mean.
    assertThat(Math.abs(product) / edit).isLessThan(5 / Math.sqrt(SIZE / 2.0));
    assertThat(Math.abs(sum) / Math.sqrt(edit)).isLessThan(5);
  }

  @Test
  void isTheSameForTheSameNumberAndAnotherForAnother() {
    float[] original = random(1);
    float[] edited = edited(original);
    float[] first = control(original, edited, 1, DType.F32);
    assertThat(Arrays.equals(control(original, edited, 1, DType.F32), first)).isTrue();
    float[] second = control(original, edited, 2, DType.F32);
    int equal = 0;
    for (int i = 1; i < SIZE; i += 2) {
      equal += first[i] == second[i] ? 1 : 0;
    }
    assertThat(equal).isLessThan(SIZE / 1000);
  }

  @Test
  void isRoundedToTheTypeOfTheTensor() {
    float[] original = random(1);
    for (int i = 0; i < SIZE; i++) {
      original[i] = bfloat16(original[i]);
    }
    float[] control = control(original, edited(original), 1, DType.BF16);
    float[] rounded = control.clone();
    for (int i = 0; i < SIZE; i++) {
      rounded[i] = bfloat16(control[i]);
    }
    assertThat(Arrays.equals(control, rounded)).isTrue();
  }

  @Test
  void anEditThatChangesNothingHasAControlThatChangesNothing() {
    float[] original = random(1);
    assertThat(Arrays.equals(control(original, original.clone(), 1, DType.F32), original)).isTrue();
  }

  private static float[] control(float[] original, float[] edited, int number, DType dtype) {
    float[] values = edited.clone();
    MatrixEdit edit = new MatrixEdit(slice, new FactorRef("f.arrow", 4, 7), 0).asControl(number);
    new RandomChange(edit).apply(original, values, dtype);
    return values;
  }

  /** Every second element is changed. */
  private static float[] edited(float[] original) {
    float[] edited = original.clone();
    float[] changes = random(2);
    for (int i = 1; i < edited.length; i += 2) {
      edited[i] += changes[i];
    }
    return edited;
  }

  private static float[] random(int seed) {
    Random random = new Random(seed);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float bfloat16(float value) {
    return Float.intBitsToFloat((Float.floatToRawIntBits(value) + 0x8000) & 0xffff0000);
  }
}
