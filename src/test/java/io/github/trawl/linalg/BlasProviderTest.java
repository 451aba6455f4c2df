package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
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
      super(new ReferenceBlas());
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

  private static Blas choose(String preference, BlasProvider.Source openBlas) {
    return BlasProvider.choose(preference, openBlas, NetlibBlas::load, "linux-x86_64");
  }

  @Test
  @DisplayName("the native library is taken where it works, and named in the log")
  void takesNative() {
    Blas blas = choose("native", OpenBlas::load);
    assertThat(blas).isInstanceOf(OpenBlas.class);
    assertThat(blas.name()).matches("OpenBLAS [0-9].*");
    assertThat(captured.lines).containsExactly("INFO BLAS: " + blas.name());
  }

  @Test
  @DisplayName("netlib's Java is taken where it is asked for, and named in the log")
  void takesJavaIfAsked() {
    Blas blas = choose("java", OpenBlas::load);
    assertThat(blas).isInstanceOf(NetlibBlas.class);
    assertThat(blas.name()).matches("netlib [0-9.]+ in Java \\(\\w+BLAS\\)");
    assertThat(captured.lines).containsExactly("INFO BLAS: " + blas.name());
  }

  @Test
  @DisplayName("another choice is refused with those that there are")
  void refusesOtherChoices() {
    assertThatThrownBy(() -> choose("mkl", OpenBlas::load))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessage("spark.trawl.blas is 'mkl'; it must be native or java");
  }

  @Test
  @DisplayName("a library that is absent fails with what to install, instead of computing slowly")
  void absentLibrary() {
    BlasProvider.Source absent =
        () -> {
          throw new UnsatisfiedLinkError("no jniopenblas in java.library.path\nand so on");
        };
    for (String platform : new String[] {"linux-riscv64", "linux-arm64"}) {
      assertThatThrownBy(() -> BlasProvider.choose("native", absent, NetlibBlas::load, platform))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
          .hasMessageContainingAll(
              "OpenBLAS does not work on ",
              "(" + platform + "): UnsatisfiedLinkError: no jniopenblas in java.library.path; ",
              "--conf spark.trawl.blas=java")
          .hasMessageNotContaining("\n")
          .hasMessageContaining(
              platform.equals("linux-arm64")
                  ? "org.bytedeco.javacpp.cachedir"
                  : "openblas and javacpp with the classifier linux-riscv64");
    }
  }

  @Test
  @DisplayName("netlib that is absent fails as well")
  void absentNetlib() {
    BlasProvider.Source absent =
        () -> {
          throw new NoClassDefFoundError("dev/ludovic/netlib/blas/JavaBLAS");
        };
    assertThatThrownBy(() -> BlasProvider.choose("java", OpenBlas::load, absent, "linux-x86_64"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("Spark with MLlib");
  }

  @Test
  @DisplayName("a library that gives NaN or wrong results is refused, and the error says so")
  void wrongLibrary() {
    for (float spoil : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1}) {
      assertThatThrownBy(() -> choose("native", () -> new Broken(spoil)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("sgemm gave " + spoil);
    }
  }

  @Test
  @DisplayName("a library whose float64 or LAPACK part is wrong is refused too")
  void wrongDoublePart() {
    Blas wrongEigenvalues =
        new ForwardingBlas(new ReferenceBlas()) {
          @Override
          public void largestEigenpairs(
              DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
            super.largestEigenpairs(symmetric, values, vectors);
            values[0] = Double.NaN;
          }
        };
    Blas wrongCholesky =
        new ForwardingBlas(new ReferenceBlas()) {
          @Override
          public boolean cholesky(DoubleMatrix matrix) {
            super.cholesky(matrix);
            matrix.set(matrix.rows() - 1, 0, 0);
            return true;
          }
        };
    for (Blas wrong : List.of(wrongEigenvalues, wrongCholesky)) {
      assertThatThrownBy(() -> choose("native", () -> wrong)).isInstanceOf(TrawlException.class);
    }
  }

  @Test
  @DisplayName("a call uses one thread, whatever the environment says")
  void oneThread() {
    openblas.blas_set_num_threads(4);
    choose("native", OpenBlas::load);
    assertThat(openblas.blas_get_num_threads()).isOne();
  }

  @Test
  @DisplayName("the choice is made once")
  void chosenOnce() {
    assertThat(BlasProvider.blas()).isSameAs(BlasProvider.blas());
  }
}
