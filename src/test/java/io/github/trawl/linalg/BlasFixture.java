package io.github.trawl.linalg;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** Off-heap memory that must be given back, and matrices of random values in it. */
abstract class BlasFixture {
  final OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 30);
  final Random random = new Random(5);

  @AfterEach
  void nothingLeaks() {
    memory.close();
  }

  final FramedMatrix framed(int rows, int columns, int margin) {
    return new FramedMatrix(memory, random, rows, columns, margin);
  }
}
