package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When blocks stay in a process, and when they go. */
class ResidentSolvesTest {
  private static final TensorSource ONE = new SyntheticSource(2, 8, 4, 0);
  private static final TensorSource OTHER = new SyntheticSource(2, 8, 4, 1);
  private static final int BLOCK_ROWS = 2;
  private static final long BLOCK_BYTES = 2L * BLOCK_ROWS * 4 * Float.BYTES;
  private static final BlockRange FIRST_HALF = new BlockRange(0, 2);
  private static final BlockRange SECOND_HALF = new BlockRange(2, 4);
  private static final long HOUR = 3_600_000_000_000L;

  /** For three blocks beside it. */
  private static final int LARGE_BYTES = 1 << 11;

  private final OffHeapMemory memory = OffHeapMemory.limitedTo(LARGE_BYTES + 3 * BLOCK_BYTES);
  private final ResidentSolves solves = new ResidentSolves();

  /** A solve and range of which a test says when it ends or moves. */
  private static final class TestResidence implements Residence {
    private final long solve;
    private boolean underWay = true;
    private boolean home = true;

    TestResidence(long solve) {
      this.solve = solve;
    }

    @Override
    public long solveId() {
      return solve;
    }

    @Override
    public boolean isUnderWay() {
      return underWay;
    }

    @Override
    public boolean isHome() {
      return home;
    }
  }

  @AfterEach
  void returnsAllMemory() {
    solves.clean(System.nanoTime() + HOUR, 0);
    assertThat(solves.bytes()).isZero();
    memory.close();
  }

  @Test
  void eachSolveHasBlocksOfItsOwn() {
    TestResidence one = new TestResidence(1);
    TestResidence other = new TestResidence(2);
    double normOfOne = load(one, ONE, FIRST_HALF);
    double normOfOther = load(other, OTHER, FIRST_HALF);
    assertThat(normOfOne).isNotEqualTo(normOfOther);
    assertThat(load(one, OTHER, FIRST_HALF)).as("not read again").isEqualTo(normOfOne);
    assertThat(solves.bytes()).isEqualTo(4 * BLOCK_BYTES);
    solves.release(1);
    assertThat(solves.bytes()).isEqualTo(2 * BLOCK_BYTES);
    assertThat(load(other, ONE, FIRST_HALF)).as("not read again").isEqualTo(normOfOther);
  }

  @Test
  void aSolveThatIsOverIsFreedWhenNoTaskUsesIt() {
    TestResidence over = new TestResidence(1);
    TestResidence current = new TestResidence(2);
    load(over, ONE, FIRST_HALF);
    load(current, OTHER, FIRST_HALF);
    over.underWay = false;
    solves.use(
        over,
        new BlockRange(0, 1),
        blocks -> {
          solves.clean(System.nanoTime(), HOUR);
          solves.release(1);
          return norm(blocks, ONE, 0);
        });
    solves.clean(System.nanoTime(), HOUR);
    assertThat(solves.bytes()).isEqualTo(2 * BLOCK_BYTES);
  }

  /** As after a driver thread that was stopped before it could end its solve. */
  @Test
  void whatNoTaskHasUsedForLongIsFreed() {
    TestResidence home = new TestResidence(1);
    load(home, ONE, FIRST_HALF);
    long later = System.nanoTime() + HOUR;
    solves.clean(later, 2 * HOUR);
    assertThat(solves.bytes()).isEqualTo(2 * BLOCK_BYTES);
    solves.clean(later, HOUR / 2);
    assertThat(solves.bytes()).isZero();
  }

  /** A task that failed before it read its blocks leaves nothing that could be freed. */
  @Test
  void aRangeWithoutBlocksIsNotToldAsFreed() {
    ResidentBlocks blocks = new ResidentBlocks();
    blocks.pin(FIRST_HALF, new TestResidence(1));
    blocks.unpin(FIRST_HALF);
    long later = System.nanoTime() + HOUR;
    assertThat(blocks.freeIdle(later, HOUR / 2)).isFalse();
    assertThat(blocks.freeColumnsIfUnused()).as("the range is gone all the same").isTrue();
    blocks.pin(FIRST_HALF, new TestResidence(1));
    norm(blocks, ONE, 0);
    blocks.unpin(FIRST_HALF);
    assertThat(blocks.freeIdle(later, HOUR / 2)).isTrue();
  }

  @Test
  void blocksOfOtherHomesMakeRoomBeforeARequestFails() {
    memory.onShortage(solves::makeRoom);
    TestResidence home = new TestResidence(1);
    TestResidence elsewhere = new TestResidence(1);
    elsewhere.home = false;
    load(home, ONE, FIRST_HALF);
    solves.use(
        elsewhere,
        SECOND_HALF,
        blocks -> {
          norm(blocks, ONE, 2);
          norm(blocks, ONE, 3);
          assertThatThrownBy(this::takeMuch)
              .as("a task uses them")
              .isInstanceOf(TrawlException.class);
          return null;
        });
    assertThat(solves.bytes()).isEqualTo(4 * BLOCK_BYTES);
    takeMuch();
    assertThat(solves.bytes()).isEqualTo(2 * BLOCK_BYTES);
    assertThatThrownBy(() -> memory.floats(1, 2 * LARGE_BYTES / Float.BYTES))
        .as("what is at home stays")
        .isInstanceOf(TrawlException.class);
    assertThat(solves.bytes()).isEqualTo(2 * BLOCK_BYTES);
  }

  private void takeMuch() {
    memory.floats(1, LARGE_BYTES / Float.BYTES).close();
  }

  @Test
  void onlyBlocksOfTheRangeMayBeUsed() {
    assertThatThrownBy(
            () -> solves.use(new TestResidence(1), FIRST_HALF, blocks -> norm(blocks, ONE, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("block 2");
  }

  private double load(Residence residence, TensorSource source, BlockRange range) {
    return solves.use(
        residence,
        range,
        blocks -> {
          double sum = 0;
          for (int index = range.start(); index < range.end(); index++) {
            sum += norm(blocks, source, index);
          }
          return sum;
        });
  }

  private double norm(ResidentBlocks blocks, TensorSource source, int index) {
    blocks.load(
        new BlockRange(index, index + 1),
        memory,
        missing ->
            source.load(
                new int[] {missing.start() * BLOCK_ROWS, missing.end() * BLOCK_ROWS},
                source.format(),
                memory));
    return blocks.block(index).squaredNorm();
  }
}
