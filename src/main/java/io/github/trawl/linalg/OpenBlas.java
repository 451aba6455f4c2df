package io.github.trawl.linalg;

import static org.bytedeco.openblas.global.openblas.CblasLeft;
import static org.bytedeco.openblas.global.openblas.CblasLower;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasNonUnit;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS, from the native library inside the {@code org.bytedeco:openblas} artifact. */
final class OpenBlas implements Blas {
  private final String name;

  private OpenBlas(String name) {
    this.name = name;
  }

  /**
   * Loads the native library and limits it to one thread a call.
   *
   * @throws LinkageError if there is no library for this platform or it cannot be loaded
   */
  static OpenBlas load() {
    JavaCppSettings.apply();
    openblas.blas_set_num_threads(1);
    return new OpenBlas("OpenBLAS " + version());
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream stream =
        openblas.class.getResourceAsStream(
            "/META-INF/maven/org.bytedeco/openblas/pom.properties")) {
      if (stream != null) {
        properties.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the version of OpenBLAS from its artifact", e);
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
    openblas.cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        c.rows(),
        c.columns(),
        inner,
        alpha,
        new Floats(a),
        Math.max(1, a.stride()),
        new Floats(b),
        Math.max(1, b.stride()),
        beta,
        new Floats(c),
        Math.max(1, c.stride()));
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
    openblas.cblas_dgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        c.rows(),
        c.columns(),
        inner,
        alpha,
        new Doubles(a),
        Math.max(1, a.stride()),
        new Doubles(b),
        Math.max(1, b.stride()),
        beta,
        new Doubles(c),
        Math.max(1, c.stride()));
  }

  @Override
  public void gram(DoubleMatrix a, double beta, DoubleMatrix c) {
    Shapes.requireSquare(c, a.columns());
    if (c.rows() == 0) {
      return;
    }
    openblas.cblas_dsyrk(
        CblasRowMajor,
        CblasLower,
        CblasTrans,
        a.columns(),
        a.rows(),
        1.0,
        new Doubles(a),
        Math.max(1, a.stride()),
        beta,
        new Doubles(c),
        Math.max(1, c.stride()));
    Shapes.mirrorLowerTriangle(c);
  }

  @Override
  public boolean cholesky(DoubleMatrix matrix) {
    Shapes.requireSquare(matrix, matrix.rows());
    // The row-major lower triangle is the column-major upper one: no copy is needed.
    int info =
        openblas.LAPACKE_dpotrf(
            LAPACK_COL_MAJOR,
            (byte) 'U',
            matrix.rows(),
            new Doubles(matrix),
            Math.max(1, matrix.stride()));
    return info == 0;
  }

  @Override
  public void solveCholesky(DoubleMatrix factor, DoubleMatrix b) {
    Shapes.requireSquare(factor, b.columns());
    if (b.rows() == 0 || b.columns() == 0) {
      return;
    }
    int info =
        openblas.LAPACKE_dpotrs(
            LAPACK_COL_MAJOR,
            (byte) 'U',
            factor.rows(),
            b.rows(),
            new Doubles(factor),
            factor.stride(),
            new Doubles(b),
            b.stride());
    if (info != 0) {
      throw new ArithmeticException("dpotrs returned " + info);
    }
  }

  @Override
  public void invertCholesky(DoubleMatrix factor) {
    Shapes.requireSquare(factor, factor.rows());
    if (factor.rows() == 0) {
      return;
    }
    int info =
        openblas.LAPACKE_dpotri(
            LAPACK_COL_MAJOR, (byte) 'U', factor.rows(), new Doubles(factor), factor.stride());
    if (info != 0) {
      throw new ArithmeticException("dpotri returned " + info);
    }
    Shapes.mirrorLowerTriangle(factor);
  }

  @Override
  public void solveTransposed(DoubleMatrix factor, DoubleMatrix b) {
    Shapes.requireSquare(factor, b.rows());
    if (b.rows() == 0 || b.columns() == 0) {
      return;
    }
    openblas.cblas_dtrsm(
        CblasRowMajor,
        CblasLeft,
        CblasLower,
        CblasTrans,
        CblasNonUnit,
        b.rows(),
        b.columns(),
        1.0,
        new Doubles(factor),
        factor.stride(),
        new Doubles(b),
        b.stride());
  }

  @Override
  public void largestEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
    int n = symmetric.rows();
    int count = values.length;
    Shapes.requireEigenpairs(symmetric, values, vectors);
    if (count == 0) {
      return;
    }
    double[] ascending = new double[n];
    try (DoublePointer eigenvalues = new DoublePointer(n);
        IntPointer found = new IntPointer(1);
        IntPointer support = new IntPointer(2L * n)) {
      // All pairs have a faster algorithm, 'A', than a range by index, 'I'. LAPACK's eigenvectors
      // are columns in column-major order, and so the rows of the row-major matrix.
      int info =
          openblas.LAPACKE_dsyevr(
              LAPACK_COL_MAJOR,
              (byte) 'V',
              count == n ? (byte) 'A' : (byte) 'I',
              (byte) 'U',
              n,
              new Doubles(symmetric),
              symmetric.stride(),
              0,
              0,
              n - count + 1,
              n,
              0,
              found,
              eigenvalues,
              new Doubles(vectors),
              vectors.stride(),
              support);
      if (info != 0 || found.get() != count) {
        throw new ArithmeticException(
            "dsyevr returned " + info + " for a " + n + " x " + n + " matrix");
      }
      eigenvalues.get(ascending, 0, count);
    }
    // LAPACK returns pairs in ascending order.
    for (int i = 0; i < count; i++) {
      values[i] = ascending[count - 1 - i];
    }
    Shapes.reverseRows(vectors);
  }

  /** The memory of a matrix as a pointer that frees nothing. */
  private static final class Floats extends FloatPointer {
    Floats(FloatMatrix matrix) {
      super((Pointer) null);
      address = matrix.address();
    }
  }

  /** The memory of a matrix as a pointer that frees nothing. */
  private static final class Doubles extends DoublePointer {
    Doubles(DoubleMatrix matrix) {
      super((Pointer) null);
      address = matrix.address();
    }
  }
}
