package io.github.trawl.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class MaskedCrc32cTest {
  @Test
  void rotatesAndShiftsTheChecksum() {
    byte[] bytes = "123456789".getBytes(StandardCharsets.US_ASCII);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);

    // The published check value of CRC-32C.
    assertThat(checksum.getValue()).isEqualTo(0xe3069283L);
    long rotated = (0xe3069283L >> 15 | 0xe3069283L << 17) & 0xffffffffL;
    assertThat(Integer.toUnsignedLong(MaskedCrc32c.of(checksum)))
        .isEqualTo((rotated + 0xa282ead8L) & 0xffffffffL);
  }
}
