package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTypeTest {
  @Test
  void namesAnX86ProcessorByItsModel() {
    List<String> lines =
        List.of(
            "processor\t: 0",
            "vendor_id\t: GenuineIntel",
            "cpu family\t: 6",
            "model\t\t: 85",
            "model name\t: Intel(R) Xeon(R) Processor @ 2.50GHz",
            "stepping\t: 7",
            "cpu MHz\t\t: 2499.998");
    assertThat(CpuType.of(CpuInfo.parse(lines), "amd64"))
        .isEqualTo("amd64 Intel(R) Xeon(R) Processor @ 2.50GHz, family 6, model 85, stepping 7");
  }

  @Test
  void namesAnArmProcessorByItsNumbers() {
    List<String> lines =
        List.of(
            "BogoMIPS : 243.75",
            "CPU implementer\t: 0x41",
            "CPU variant\t: 0x3",
            "CPU part\t: 0xd0c");
    assertThat(CpuType.of(CpuInfo.parse(lines), "aarch64"))
        .isEqualTo("aarch64 implementer 0x41, part 0xd0c, variant 0x3");
  }

  @Test
  void namesTheArchitectureWhereNothingIsKnown() {
    assertThat(CpuType.of(CpuInfo.parse(List.of("processor : 0")), "riscv64")).isEqualTo("riscv64");
    assertThat(CpuType.ofThisMachine()).startsWith(System.getProperty("os.arch"));
  }
}
