package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Batching changes the speed alone: a result does not depend on what was solved beside it. */
class CpBatchBitsTest {
  private static final List<CpMember> MEMBERS =
      List.of(
          new CpMember(2, 1),
          new CpMember(64, 7),
          new CpMember(1, 2),
          new CpMember(450, 3),
          new CpMember(7, 4),
          new CpMember(64, 8),
          new CpMember(9, 5),
          new CpMember(3, 6));

  @Test
  @DisplayName("a member has the same bits alone and beside others, some of which drop out")
  void aloneAndTogether() {
    // A tolerance so loose that the members leave the batch one after the other.
    CpOptions options = new CpOptions(9, 2e-3);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(256L << 20);
        TensorBlock block = RandomTensors.lowRank(memory, 2, 384, 1024, 20, 1, 5)) {
      List<Decomposition> together = solve(options, block, memory, 2, MEMBERS);
      List<Decomposition> alone = new ArrayList<>();
      for (CpMember member : MEMBERS) {
        alone.addAll(solve(options, block, memory, 1, List.of(member)));
      }
      assertThat(alone.stream().map(Decomposition::iterations).distinct()).hasSizeGreaterThan(2);
      for (int i = 0; i < MEMBERS.size(); i++) {
        KruskalTensor actual = (KruskalTensor) together.get(i).tensor();
        KruskalTensor expected = (KruskalTensor) alone.get(i).tensor();
        String member = MEMBERS.get(i).toString();
        assertThat(together.get(i).errors()).as(member).isEqualTo(alone.get(i).errors());
        assertThat(actual.weights()).as(member).isEqualTo(expected.weights());
        assertThat(actual.a()).as(member).isEqualTo(expected.a());
        assertThat(actual.b()).as(member).isEqualTo(expected.b());
        assertThat(actual.c()).as(member).isEqualTo(expected.c());
      }
    }
  }

  private static List<Decomposition> solve(
      CpOptions options,
      TensorBlock block,
      OffHeapMemory memory,
      int threads,
      List<CpMember> members) {
    try (PanelPool pool = new PanelPool(threads);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(options, BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, members);
    }
  }
}
