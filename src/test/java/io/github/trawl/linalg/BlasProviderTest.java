package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.bytedeco.openblas.global.openblas;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlasProviderTest {
  private final Logger logger = (Logger) LogManager.getLogger(BlasProvider.class);
  private final Captured captured = new Captured();

  /** Keeps what is logged. */
  private static final class Captured extends AbstractAppender {
    final List<String> lines = new ArrayList<>();

    Captured() {
      super("captured", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }
  }

  @BeforeEach
  void listen() {
    captured.start();
    logger.addAppender(captured);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    logger.removeAppender(captured);
    captured.stop();
  }

  /** A library whose products are spoilt by {@code spoil}. */
  private static class Broken extends ForwardingBlas {
    private final float spoil;

    Broken(float spoil) {
      super(new JavaBlas());
      this.spoil = spoil;
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
      super.multiply(alpha, a, transposeA, b, transposeB, beta, c);
      c.set(c.rows() - 1, c.columns() - 1, spoil);
    }
  }

  @Test
  @DisplayName("the native library is taken where it works, and named in the log")
  void takesNative() {
    Blas blas = BlasProvider.choose("native", OpenBlas::load);
    assertThat(blas).isInstanceOf(OpenBlas.class);
    assertThat(blas.name()).matches("OpenBLAS [0-9].*");
    assertThat(captured.lines).containsExactly("INFO BLAS: " + blas.name());
  }

  @Test
  @DisplayName("plain Java is taken where it is asked for")
  void takesJavaIfAsked() {
    assertThat(BlasProvider.choose("java", OpenBlas::load)).isInstanceOf(JavaBlas.class);
    assertThat(captured.lines).singleElement().asString().contains(BlasProvider.PROPERTY);
  }

  @Test
  @DisplayName("a library that is absent is replaced, and the log says why")
  void absentLibrary() {
    Blas blas =
        BlasProvider.choose(
            "native",
            () -> {
              throw new UnsatisfiedLinkError("no jniopenblas in java.library.path");
            });
    assertThat(blas).isInstanceOf(JavaBlas.class);
    assertThat(captured.lines)
        .singleElement()
        .asString()
        .startsWith("WARN")
        .contains("no jniopenblas in java.library.path");
  }

  @Test
  @DisplayName("a library that gives NaN or wrong results is replaced, and the log says so")
  void wrongLibrary() {
    for (float spoil : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1}) {
      captured.lines.clear();
      Blas blas = BlasProvider.choose("native", () -> new Broken(spoil));
      assertThat(blas).isInstanceOf(JavaBlas.class);
      assertThat(captured.lines).singleElement().asString().startsWith("WARN").contains("" + spoil);
    }
  }

  @Test
  @DisplayName("a library whose float64 or LAPACK part is wrong is replaced too")
  void wrongDoublePart() {
    Blas wrongEigenvalues =
        new ForwardingBlas(new JavaBlas()) {
          @Override
          public void largestEigenpairs(
              DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
            super.largestEigenpairs(symmetric, values, vectors);
            values[0] = Double.NaN;
          }
        };
    Blas wrongCholesky =
        new ForwardingBlas(new JavaBlas()) {
          @Override
          public boolean cholesky(DoubleMatrix matrix) {
            super.cholesky(matrix);
            matrix.set(matrix.rows() - 1, 0, 0);
            return true;
          }
        };
    for (Blas wrong : List.of(wrongEigenvalues, wrongCholesky)) {
      assertThat(BlasProvider.choose("native", () -> wrong)).isInstanceOf(JavaBlas.class);
    }
  }

  @Test
  @DisplayName("a call uses one thread, whatever the environment says")
  void oneThread() {
    openblas.blas_set_num_threads(4);
    BlasProvider.choose("native", OpenBlas::load);
    assertThat(openblas.blas_get_num_threads()).isOne();
  }

  @Test
  @DisplayName("the choice is made once")
  void chosenOnce() {
    assertThat(BlasProvider.blas()).isSameAs(BlasProvider.blas());
  }
}
