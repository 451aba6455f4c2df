package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  @Test
  void namesWhatMattersToProductsOnX86() {
    assertThat(
            CpuFeatures.of(
                processor(
                    "processor\t: 0",
                    "model name\t: some processor with amx_bf16 in its name",
                    "flags\t\t: fpu avx512_bf16 avx2 avx512f avx512_vnni")))
        .containsExactly("avx2", "avx512f", "avx512_bf16");
  }

  @Test
  void namesWhatMattersToProductsOnArm() {
    assertThat(
            CpuFeatures.of(
                processor(
                    "processor\t: 0", "Features\t: fp asimd evtstrm asimdhp sve svei8mm bf16")))
        .containsExactly("asimd", "asimdhp", "sve", "bf16");
  }

  @Test
  void namesNothingWhereNothingIsKnown() {
    assertThat(CpuFeatures.of(processor("processor: 0"))).isEmpty();
    assertThat(CpuFeatures.describe()).startsWith(CpuType.ofThisMachine() + ", ");
  }

  private static Map<String, String> processor(String... lines) {
    return CpuInfo.parse(List.of(lines));
  }
}
