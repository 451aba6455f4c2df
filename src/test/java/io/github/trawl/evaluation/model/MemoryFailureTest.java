package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.trawl.TrawlException;
import org.junit.jupiter.api.Test;

class MemoryFailureTest {
  @Test
  void recognisesThatThereIsNoRoomInMainMemory() {
    try (TensorScope manager = TorchEngine.scope(Placement.cpu(1))) {
      RuntimeException failure =
          catchThrowableOfType(
              RuntimeException.class, () -> manager.empty(NumberType.FLOAT32, 1L << 50));
      assertThat(MemoryFailure.explain("hdfs:/bert", failure))
          .isInstanceOf(TrawlException.class)
          .hasMessageStartingWith("hdfs:/bert: the device's memory has no room")
          .hasMessageContaining("--batch-size")
          .hasCause(failure);
    }
  }

  /** The first words of PyTorch's torch.cuda.OutOfMemoryError. */
  @Test
  void recognisesThatThereIsNoRoomOnAGpu() {
    assertThat(
            MemoryFailure.explain(
                "bert", new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.")))
        .isInstanceOf(TrawlException.class);
  }

  @Test
  void leavesOtherFailuresAsTheyAre() {
    RuntimeException other = new RuntimeException("mat1 and mat2 shapes cannot be multiplied");
    RuntimeException foreign = new IllegalStateException("out of memory");
    assertThat(MemoryFailure.explain("bert", other)).isSameAs(other);
    assertThat(MemoryFailure.explain("bert", foreign)).isSameAs(foreign);
  }
}
