package io.github.trawl.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decoding stored elements to float32 and back, beside a plain copy of the float32 values.
 *
 * <p>The unit is float32 bytes per nanosecond, which is GB/s. Sixteen megabytes of values: more
 * than the second-level cache holds, as with weights.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FloatCodecBenchmark.BYTES)
public class FloatCodecBenchmark {
  static final int BYTES = 16 << 20;
  private static final int COUNT = BYTES / Float.BYTES;

  @Param({"F32", "BF16", "F16", "F64"})
  private DType dtype;

  private FloatBuffer values;
  private FloatBuffer target;
  private ByteBuffer stored;

  /** Values of the size of weights, off the heap. */
  @Setup
  public void fill() {
    values = direct(BYTES).asFloatBuffer();
    target = direct(BYTES).asFloatBuffer();
    stored = direct(COUNT * dtype.bits() / Byte.SIZE);
    for (int i = 0; i < COUNT; i++) {
      values.put(i, (i % 2003 - 1001) * 1e-4f);
    }
    FloatCodec.encode(dtype, values.duplicate(), stored.duplicate());
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Stored to float32. */
  @Benchmark
  public void decode() {
    FloatCodec.decode(dtype, stored.duplicate(), target.duplicate());
  }

  /** Float32 to stored. */
  @Benchmark
  public void encode() {
    FloatCodec.encode(dtype, values.duplicate(), stored.duplicate());
  }

  /** What memory allows; the same for every dtype. */
  @Benchmark
  public void copy() {
    target.duplicate().put(values.duplicate());
  }
}
