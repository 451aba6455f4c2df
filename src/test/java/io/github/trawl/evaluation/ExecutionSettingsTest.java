package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model reserves of the memory that decompositions of the same process use as well. */
class ExecutionSettingsTest {
  @ParameterizedTest(name = "streamed {0}, {1} and {2} MiB, {3} MiB: {4} and {5}")
  @CsvSource({
    // Weights, and at most 256 MiB of hidden states.
    "false, 1000, 0, 4096, 256, 1256",
    "false, 1000, 0, 1100, 100, 1100",
    "false, 1000, 0, 1000, 0, 1000",
    // And a batch of prompts that is continued beside these states.
    "false, 1000, 2000, 4096, 256, 3256",
    "false, 1000, 3000, 4096, 96, 4096",
    "false, 1000, 3096, 4096, 0, 4096",
    // It does not fit, which is found out when it is to be loaded.
    "false, 1000, 0, 900, 0, 1000",
    // States get half of what a layer's weights leave; all of the memory is in use.
    "true, 1000, 0, 4096, 1548, 4096",
    "true, 1000, 2000, 4096, 1548, 4096",
    "true, 1000, 0, 900, 0, 1000"
  })
  void reservesWeightsAndStates(
      boolean streamed, long weights, long continued, long memory, long states, long reserved) {
    ExecutionSettings execution =
        new ExecutionSettings(
            "test",
            new ModelSource("model", NumberType.FLOAT32, streamed, List.of()),
            null,
            weights << 20,
            continued << 20,
            1,
            DeviceChoice.CPU,
            memory << 20,
            null);
    assertThat(execution.stateBudgetBytes()).isEqualTo(states << 20);
    assertThat(execution.reservedBytes()).isEqualTo(reserved << 20);
  }
}
