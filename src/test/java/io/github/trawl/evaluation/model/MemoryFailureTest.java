package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.trawl.TrawlException;
import org.junit.jupiter.api.Test;

class MemoryFailureTest {
  @Test
  void recognisesThatThereIsNoRoomInMainMemory() {
    try (NDManager manager = TorchEngine.manager(Placement.cpu(1))) {
      EngineException failure =
          catchThrowableOfType(
              EngineException.class,
              () -> manager.create(new Shape(1L << 50), DataType.FLOAT32).toFloatArray());
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
                "bert", new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB.")))
        .isInstanceOf(TrawlException.class);
  }

  @Test
  void leavesOtherFailuresAsTheyAre() {
    RuntimeException other = new EngineException("mat1 and mat2 shapes cannot be multiplied");
    RuntimeException foreign = new IllegalStateException("out of memory");
    assertThat(MemoryFailure.explain("bert", other)).isSameAs(other);
    assertThat(MemoryFailure.explain("bert", foreign)).isSameAs(foreign);
  }
}
