package io.github.trawl.linalg;

import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.stream.IntStream;
import org.netlib.util.intW;

/**
 * BLAS and LAPACK in Java, for machines on which OpenBLAS does not run. The library, {@code
 * dev.ludovic.netlib}, is part of Spark's MLlib.
 *
 * <p>The library works on arrays, so every call copies its operands to the heap and its result
 * back. Its routines take column-major matrices. A row-major matrix is, read as column-major, its
 * transpose, so the routines are called with transposed operands and return the transpose of the
 * result.
 */
final class NetlibBlas implements Blas {
  /** The number of elements of a matrix of many rows that are copied to the heap at a time. */
  private static final int CHUNK = 1 << 22;

  private final JavaBLAS blas;
  private final JavaLAPACK lapack;
  private final String name;

  private NetlibBlas(JavaBLAS blas, JavaLAPACK lapack) {
    this.blas = blas;
    this.lapack = lapack;
    // Netlib chooses the class by the virtual machine, and results of its classes differ in bits.
    this.name = "netlib " + version() + " in Java (" + blas.getClass().getSimpleName() + ")";
  }

  /**
   * The implementation that netlib chooses for this virtual machine.
   *
   * @throws LinkageError if netlib is not on the class path
   */
  static NetlibBlas load() {
    return new NetlibBlas(JavaBLAS.getInstance(), JavaLAPACK.getInstance());
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream stream =
        JavaBLAS.class.getResourceAsStream(
            "/META-INF/maven/dev.ludovic.netlib/blas/pom.properties")) {
      if (stream != null) {
        properties.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the version of netlib from its artifact", e);
    }
    return properties.getProperty("version", "of unknown version");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void multiply(
      float alpha,
      FloatMatrix a,
      boolean transposeA,
      FloatMatrix b,
      boolean transposeB,
      float beta,
      FloatMatrix c) {
    int inner =
        Shapes.innerDimension(
            Shapes.of(a, transposeA), Shapes.of(b, transposeB), Shapes.of(c, false));
    if (c.rows() == 0 || c.columns() == 0) {
      return;
    }
    if (inner == 0) {
      float[] scaled = beta == 0 ? new float[c.rows() * c.columns()] : c.toArray();
      blas.sscal(scaled.length, beta, scaled, 1);
      c.copyFrom(scaled);
      return;
    }
    float[] right = b.toArray();
    for (Rows rows : Rows.of(c.rows(), Math.max(inner, c.columns()))) {
      FloatMatrix left =
          transposeA
              ? a.columnRange(rows.start(), rows.count())
              : a.rowRange(rows.start(), rows.count());
      FloatMatrix target = c.rowRange(rows.start(), rows.count());
      float[] result = beta == 0 ? new float[rows.count() * c.columns()] : target.toArray();
      blas.sgemm(
          operation(transposeB),
          operation(transposeA),
          c.columns(),
          rows.count(),
          inner,
          alpha,
          right,
          b.columns(),
          left.toArray(),
          left.columns(),
          beta,
          result,
          c.columns());
      target.copyFrom(result);
    }
  }

  @Override
  public void multiply(
      double alpha,
      DoubleMatrix a,
      boolean transposeA,
      DoubleMatrix b,
      boolean transposeB,
      double beta,
      DoubleMatrix c) {
    int inner =
        Shapes.innerDimension(
            Shapes.of(a, transposeA), Shapes.of(b, transposeB), Shapes.of(c, false));
    if (c.rows() == 0 || c.columns() == 0) {
      return;
    }
    if (inner == 0) {
      double[] scaled = beta == 0 ? new double[c.rows() * c.columns()] : c.toArray();
      blas.dscal(scaled.length, beta, scaled, 1);
      c.copyFrom(scaled);
      return;
    }
    double[] right = b.toArray();
    for (Rows rows : Rows.of(c.rows(), Math.max(inner, c.columns()))) {
      DoubleMatrix left =
          transposeA
              ? a.columnRange(rows.start(), rows.count())
              : a.rowRange(rows.start(), rows.count());
      DoubleMatrix target = c.rowRange(rows.start(), rows.count());
      double[] result = beta == 0 ? new double[rows.count() * c.columns()] : target.toArray();
      blas.dgemm(
          operation(transposeB),
          operation(transposeA),
          c.columns(),
          rows.count(),
          inner,
          alpha,
          right,
          b.columns(),
          left.toArray(),
          left.columns(),
          beta,
          result,
          c.columns());
      target.copyFrom(result);
    }
  }

  @Override
  public void gram(DoubleMatrix a, double beta, DoubleMatrix c) {
    int n = a.columns();
    Shapes.requireSquare(c, n);
    if (n == 0) {
      return;
    }
    double[] sum = beta == 0 ? new double[n * n] : c.toArray();
    double scale = beta;
    for (Rows rows : Rows.of(a.rows(), n)) {
      blas.dsyrk(
          "U",
          "N",
          n,
          rows.count(),
          1.0,
          a.rowRange(rows.start(), rows.count()).toArray(),
          n,
          scale,
          sum,
          n);
      scale = 1;
    }
    if (a.rows() == 0) {
      blas.dscal(sum.length, beta, sum, 1);
    }
    c.copyFrom(sum);
    Shapes.mirrorLowerTriangle(c);
  }

  @Override
  public boolean cholesky(DoubleMatrix matrix) {
    int n = matrix.rows();
    Shapes.requireSquare(matrix, n);
    if (n == 0) {
      return true;
    }
    double[] values = matrix.toArray();
    intW info = new intW(0);
    lapack.dpotrf("U", n, values, n, info);
    matrix.copyFrom(values);
    boolean definite = info.val == 0;
    for (int i = 0; i < n; i++) {
      // Older versions of dpotrf do not report a pivot that is NaN, but go on.
      definite &= matrix.get(i, i) > 0;
    }
    return definite;
  }

  @Override
  public void solveCholesky(DoubleMatrix factor, DoubleMatrix b) {
    int n = factor.rows();
    Shapes.requireSquare(factor, b.columns());
    if (n == 0) {
      return;
    }
    double[] triangle = factor.toArray();
    for (Rows rows : Rows.of(b.rows(), n)) {
      DoubleMatrix target = b.rowRange(rows.start(), rows.count());
      double[] values = target.toArray();
      intW info = new intW(0);
      lapack.dpotrs("U", n, rows.count(), triangle, n, values, n, info);
      check("dpotrs", info);
      target.copyFrom(values);
    }
  }

  @Override
  public void invertCholesky(DoubleMatrix factor) {
    int n = factor.rows();
    Shapes.requireSquare(factor, n);
    if (n == 0) {
      return;
    }
    double[] values = factor.toArray();
    intW info = new intW(0);
    lapack.dpotri("U", n, values, n, info);
    check("dpotri", info);
    factor.copyFrom(values);
    Shapes.mirrorLowerTriangle(factor);
  }

  @Override
  public void solveTransposed(DoubleMatrix factor, DoubleMatrix b) {
    Shapes.requireSquare(factor, b.rows());
    if (b.rows() == 0 || b.columns() == 0) {
      return;
    }
    double[] values = b.toArray();
    blas.dtrsm(
        "R",
        "U",
        "T",
        "N",
        b.columns(),
        b.rows(),
        1.0,
        factor.toArray(),
        factor.columns(),
        values,
        b.columns());
    b.copyFrom(values);
  }

  @Override
  public void largestEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
    Shapes.requireEigenpairs(symmetric, values, vectors);
    int n = symmetric.rows();
    if (values.length == 0) {
      return;
    }
    double[] pairs = symmetric.toArray();
    double[] ascending = new double[n];
    // The size that LAPACK recommends, (NB + 2)·n values for its block size NB = 32.
    double[] work = new double[34 * n];
    intW info = new intW(0);
    lapack.dsyev("V", "U", n, pairs, n, ascending, work, work.length, info);
    check("dsyev", info);
    for (int i = 0; i < values.length; i++) {
      values[i] = ascending[n - 1 - i];
      vectors.write(i, 0, pairs, (n - 1 - i) * n, n);
    }
  }

  private static String operation(boolean transpose) {
    return transpose ? "T" : "N";
  }

  private static void check(String routine, intW info) {
    if (info.val != 0) {
      throw new ArithmeticException(routine + " returned " + info.val);
    }
  }

  /** Consecutive rows that are copied to the heap at a time. */
  private record Rows(int start, int count) {
    /**
     * Divides {@code rows} rows, depending on the shape alone, so that sums have the same bits
     * everywhere.
     *
     * @param width the most values of a row in any operand
     */
    static Iterable<Rows> of(int rows, int width) {
      int most = Math.max(1, CHUNK / Math.max(1, width));
      int chunks = (rows + most - 1) / most;
      return () ->
          IntStream.range(0, chunks)
              .mapToObj(i -> new Rows(i * most, Math.min(most, rows - i * most)))
              .iterator();
    }
  }
}
