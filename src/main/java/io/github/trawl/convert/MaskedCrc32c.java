package io.github.trawl.convert;

import java.util.zip.CRC32C;

/**
 * The checksum that TensorFlow stores: CRC-32C, rotated and with a constant added, because a CRC of
 * data that contains CRCs is of little use (LevelDB, {@code util/crc32c.h}).
 */
final class MaskedCrc32c {
  /** LevelDB's {@code kMaskDelta}. */
  private static final int DELTA = 0xa282ead8;

  private MaskedCrc32c() {}

  static int of(CRC32C checksum) {
    return Integer.rotateRight((int) checksum.getValue(), 15) + DELTA;
  }
}
