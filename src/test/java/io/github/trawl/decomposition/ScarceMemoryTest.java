package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.TrawlException;
import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Solvers that run out of off-heap memory, at whatever step, leave none of it allocated. */
class ScarceMemoryTest {
  private static final int DEPTH = 2;
  private static final int ROWS = 20;
  private static final int COLUMNS = 60;

  /** Bytes of the smallest buffer. */
  private static final int STEP = 64;

  @Test
  @DisplayName("CP of ranks that leave the batch one after the other, in a basis of the rows")
  void cp() {
    List<CpMember> members = List.of(new CpMember(1, 1), new CpMember(12, 2), new CpMember(7, 3));
    CpOptions options = new CpOptions(9, 1e-2);
    failsCleanlyUntilItFits(
        (block, blas, memory, pool) -> {
          try (ResidentPasses passes = new ResidentPasses(block, blas, memory, pool)) {
            new CpAls(options, blas, memory, CpAls.Listener.NONE).decompose(passes, members);
          }
        });
  }

  @Test
  @DisplayName("CP with extrapolation, which keeps the rows of the iteration before")
  void acceleratedCp() {
    CpOptions options = new CpOptions(9, 0, Acceleration.EXTRAPOLATION);
    failsCleanlyUntilItFits(
        (block, blas, memory, pool) -> {
          try (ResidentPasses passes = new ResidentPasses(block, blas, memory, pool)) {
            new CpAls(options, blas, memory, CpAls.Listener.NONE)
                .decompose(passes, List.of(new CpMember(5, 1)));
          }
        });
  }

  @Test
  void tucker() {
    TuckerOptions options = new TuckerOptions(new TuckerRanks(1, 5, 7), 3, 0);
    failsCleanlyUntilItFits(
        (block, blas, memory, pool) ->
            new TuckerHooi(options, blas, memory, pool)
                .decompose(IntStream.range(0, DEPTH).mapToObj(block::slice).toList()));
  }

  @Test
  void svd() {
    failsCleanlyUntilItFits(
        (block, blas, memory, pool) ->
            new TruncatedSvd(blas, memory, pool).decompose(block.slice(0), 3));
  }

  private interface Solve {
    void run(TensorBlock block, Blas blas, OffHeapMemory memory, PanelPool pool);
  }

  /** Solves with more and more memory until it suffices. */
  private static void failsCleanlyUntilItFits(Solve solve) {
    Blas blas = BlasProvider.blas();
    int failures = 0;
    try (OffHeapMemory plenty = OffHeapMemory.limitedTo(1 << 20);
        TensorBlock block = RandomTensors.lowRank(plenty, DEPTH, ROWS, COLUMNS, 6, 1.5, 4);
        PanelPool pool = new PanelPool(2)) {
      for (long limit = STEP; ; limit += Math.max(STEP, limit / 64)) {
        // Closing the memory throws if any of it is still allocated.
        try (OffHeapMemory memory = OffHeapMemory.limitedTo(limit)) {
          solve.run(block, blas, memory, pool);
          break;
        } catch (TrawlException e) {
          assertThat(e).hasMessageContaining("off-heap memory").hasNoSuppressedExceptions();
          failures++;
        }
      }
    }
    assertThat(failures).isGreaterThan(10);
  }
}
