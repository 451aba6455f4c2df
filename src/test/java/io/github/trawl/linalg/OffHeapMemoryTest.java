package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OffHeapMemoryTest {
  @Test
  @DisplayName("matrices start as zeros and are charged until they are closed")
  void accounts() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20)) {
      FloatMatrix floats = memory.floats(100, 64);
      DoubleMatrix doubles = memory.doubles(10, 64);
      assertThat(floats.toArray()).hasSize(6400).containsOnly(0f);
      assertThat(doubles.toArray()).hasSize(640).containsOnly(0);
      assertThat(memory.allocatedBytes()).isBetween(6400L * 4 + 640 * 8, 1L << 16);
      floats.close();
      doubles.close();
      assertThat(memory.allocatedBytes()).isZero();
      assertThat(memory.peakBytes()).isGreaterThanOrEqualTo(6400L * 4 + 640 * 8);
      assertThat(memory.limitBytes()).isEqualTo(1 << 20);
    }
  }

  @Test
  @DisplayName("the limit is kept, and the error names size, use, limit and remedy")
  void limit() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(4 << 20);
        FloatMatrix first = memory.floats(512, 1024)) {
      assertThat(first.rows()).isEqualTo(512);
      assertThatThrownBy(() -> memory.doubles(512, 1024))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContainingAll(
              "4 MiB", "512 x 1024", "2 MiB in use", "limit 4 MiB", OffHeapMemory.LIMIT_KEY)
          .message()
          .hasLineCount(1);
      assertThat(memory.allocatedBytes()).isEqualTo(2 << 20);
    }
  }

  @Test
  @DisplayName("scratch memory is reused, not charged while idle, and makes room when it is needed")
  void scratch() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(4 << 20)) {
      FloatMatrix first = memory.floatScratch(512, 1000);
      long address = first.address();
      first.close();
      assertThat(memory.allocatedBytes()).isZero();
      try (DoubleMatrix second = memory.doubleScratch(256, 1001)) {
        assertThat(second.address()).isEqualTo(address);
        assertThat(second.columns()).isEqualTo(1001);
        assertThat(memory.allocatedBytes()).isEqualTo(2 << 20);
      }
      try (FloatMatrix whole = memory.floats(1024, 1024)) {
        assertThat(whole.rows()).isEqualTo(1024);
        assertThatThrownBy(() -> memory.floatScratch(1, 1)).isInstanceOf(TrawlException.class);
      }
      assertThatThrownBy(() -> memory.floatScratch(-1, 2)).hasMessageContaining("-1 x 2");
      FloatMatrix forgotten = memory.floatScratch(3, 3);
      assertThat(memory.allocatedBytes()).isEqualTo(64);
      forgotten.close();
    }
  }

  @Test
  @DisplayName("other buffers get idle scratch memory, and what the callback frees, too")
  void otherBuffers() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(4 << 20);
        BufferAllocator allocator = memory.childAllocator("file")) {
      memory.floatScratch(768, 1024).close();
      allocator.buffer(2 << 20).close();
      assertThat(memory.peakBytes()).isEqualTo(4 << 20);

      Deque<FloatMatrix> spared =
          new ArrayDeque<>(List.of(memory.floats(256, 1024), memory.floats(256, 1024)));
      memory.onShortage(
          () -> {
            FloatMatrix one = spared.poll();
            if (one == null) {
              return false;
            }
            one.close();
            return true;
          });
      allocator.buffer(4 << 20).close();
      assertThat(spared).isEmpty();
      assertThatThrownBy(() -> allocator.buffer(8 << 20)).isInstanceOf(OutOfMemoryException.class);
    }
  }

  @Test
  @DisplayName("rows are copied to and from views as they stand")
  void rowCopies() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix floats = memory.floats(4, 5);
        DoubleMatrix doubles = memory.doubles(4, 5)) {
      floats.columnRange(1, 2).writeRows(1, 2, new float[] {1, 2, 3, 4, 99});
      doubles.writeRows(3, 1, new double[] {1, 2, 3, 4, 5});
      assertThat(floats.rowRange(1, 2).toArray()).containsExactly(0, 1, 2, 0, 0, 0, 3, 4, 0, 0);
      double[] read = new double[6];
      doubles.columnRange(2, 3).readRows(2, 2, read);
      assertThat(read).containsExactly(0, 0, 0, 3, 4, 5);
      assertThatThrownBy(() -> floats.readRows(3, 2, new float[10]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> floats.readRows(0, 2, new float[9]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> floats.columnRange(0, 3).writeRows(0, 2, new float[5]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  @DisplayName("rows are copied to and from views that span more than 2 GiB")
  void rowCopiesOfWideViews() {
    int rows = 65;
    int floatStride = 1 << 23;
    int doubleStride = 1 << 22;
    // Only the pages that are written take memory.
    long bytes = (long) rows * floatStride * Float.BYTES;
    float[] values = new float[2 * rows];
    double[] wide = new double[2 * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
      wide[i] = i;
    }
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(bytes);
        BufferAllocator allocator = memory.childAllocator("wide")) {
      try (FloatMatrix floats =
          new FloatMatrix(allocator.buffer(bytes), rows, floatStride, ArrowBuf::close)) {
        FloatMatrix view = floats.columnRange(7, 2);
        view.writeRows(0, rows, values);
        assertThat(view.toArray()).isEqualTo(values);
        assertThat(floats.get(64, 8)).isEqualTo(129);
        float[][] read = new float[rows][2];
        view.readRows(0, rows, read);
        view.writeRows(0, rows, new float[rows][2]);
        assertThat(read[64]).containsExactly(128, 129);
        assertThat(view.toArray()).containsOnly(0);
      }
      try (DoubleMatrix doubles =
          new DoubleMatrix(allocator.buffer(bytes), rows, doubleStride, ArrowBuf::close)) {
        DoubleMatrix view = doubles.columnRange(7, 2);
        view.writeRows(0, rows, wide);
        assertThat(view.toArray()).isEqualTo(wide);
        assertThat(doubles.get(64, 8)).isEqualTo(129);
        double[][] read = new double[rows][2];
        view.readRows(0, rows, read);
        view.writeRows(0, rows, new double[rows][2]);
        assertThat(read[64]).containsExactly(128, 129);
        assertThat(view.toArray()).containsOnly(0);
      }
    }
  }

  @Test
  @DisplayName("what the operating system refuses is not told as a limit that is reached")
  void refusedByTheSystem() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(Long.MAX_VALUE)) {
      // 2^59 bytes: more than any processor can address.
      assertThatThrownBy(() -> memory.doubles(1 << 28, 1 << 28))
          .isInstanceOfSatisfying(
              OffHeapMemoryException.class, e -> assertThat(e.isOfLimit()).isFalse())
          .hasMessageContainingAll("operating system", "549755813888 MiB", OffHeapMemory.LIMIT_KEY)
          .message()
          .doesNotContain("raise")
          .hasLineCount(1);
      assertThat(memory.allocatedBytes()).isZero();
    }
  }

  @Test
  @DisplayName("a small request that does not fit is told as 1 MiB")
  void smallRequest() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 10)) {
      assertThatThrownBy(() -> memory.floats(16, 32))
          .isInstanceOf(OffHeapMemoryException.class)
          .hasMessageContaining("1 MiB more for a 16 x 32 matrix");
    }
  }

  @Test
  @DisplayName("a matrix larger than any address space is refused, not rounded")
  void hugeMatrix() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(Long.MAX_VALUE)) {
      assertThatThrownBy(() -> memory.doubles(Integer.MAX_VALUE, Integer.MAX_VALUE))
          .isInstanceOf(RuntimeException.class);
      assertThat(memory.allocatedBytes()).isZero();
    }
  }

  @Test
  @DisplayName("closing with a matrix still open is an error")
  void leak() {
    OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
    FloatMatrix forgotten = memory.floats(3, 3);
    assertThat(forgotten.rows()).isEqualTo(3);
    assertThatThrownBy(memory::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leaked");
  }

  @Test
  @DisplayName("limits and dimensions must make sense")
  void preconditions() {
    assertThatThrownBy(() -> OffHeapMemory.limitedTo(0)).hasMessageContaining("0");
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(100)) {
      assertThatThrownBy(() -> memory.floats(-1, 2)).hasMessageContaining("-1 x 2");
      assertThatThrownBy(() -> memory.doubles(2, -1)).hasMessageContaining("2 x -1");
    }
  }

  @Test
  @DisplayName("views share the memory, keep the stride, and closing them frees nothing")
  void views() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix matrix = memory.floats(4, 5)) {
      FloatMatrix view = matrix.rowRange(1, 2).columnRange(2, 3);
      view.copyFrom(new float[] {1, 2, 3, 4, 5, 6});
      view.close();
      assertThat(view.stride()).isEqualTo(5);
      assertThat(view.address()).isEqualTo(matrix.address() + 4 * 7);
      assertThat(view.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(matrix.toArray())
          .containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0);
      FloatBuffer span = matrix.span(1, 3, 5);
      assertThat(new float[] {span.get(), span.get(), span.get(), span.get(), span.get()})
          .containsExactly(2, 3, 0, 0, 4);
    }
  }

  @Test
  @DisplayName("nothing outside a matrix can be reached")
  void bounds() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix floats = memory.floats(4, 5);
        DoubleMatrix doubles = memory.doubles(4, 5)) {
      FloatMatrix view = floats.rowRange(1, 2).columnRange(1, 3);
      for (Runnable access :
          new Runnable[] {
            () -> floats.get(4, 0),
            () -> floats.get(0, 5),
            () -> floats.set(-1, 0, 1),
            () -> doubles.get(0, -1),
            () -> doubles.set(4, 0, 1),
            () -> view.get(2, 0),
            () -> view.get(0, 3),
            () -> floats.rowRange(3, 2),
            () -> doubles.columnRange(-1, 2),
            () -> floats.span(3, 0, 6),
            () -> view.span(1, 0, 4),
            () -> floats.read(4, 0, new float[1], 0, 1),
            () -> doubles.write(3, 4, new double[2], 0, 2)
          }) {
        assertThatThrownBy(access::run).isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> floats.copyFrom(new float[19])).hasMessageContaining("19");
      assertThatThrownBy(() -> doubles.copyFrom(new double[21])).hasMessageContaining("21");
    }
  }

  @Test
  @DisplayName("matrices without values are usable")
  void emptyMatrices() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix noRows = memory.floats(0, 5);
        DoubleMatrix noColumns = memory.doubles(5, 0)) {
      assertThat(noRows.toArray()).isEmpty();
      assertThat(noColumns.toArray()).isEmpty();
      noRows.copyFrom(new float[0]);
      noColumns.copyFrom(new double[0]);
      assertThat(noRows.columnRange(1, 4).rowRange(0, 0).stride()).isEqualTo(5);
    }
  }
}
