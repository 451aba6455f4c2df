package io.github.trawl.linalg;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the {@link Blas} of this process once: native if it loads and computes, else Java. */
public final class BlasProvider {
  private static final Logger LOG = LoggerFactory.getLogger(BlasProvider.class);

  /** Set this system property to {@code java} to do without the native library. */
  public static final String PROPERTY = "trawl.blas";

  private BlasProvider() {}

  /** The implementation of this process; chosen on first use and logged. */
  public static Blas blas() {
    return Holder.BLAS;
  }

  /**
   * The native implementation unless {@code preference} is "java", it does not load, or it fails a
   * small problem whose result is known; then the Java one, with the reason logged.
   */
  static Blas choose(String preference, Loader loader) {
    if ("java".equals(preference)) {
      LOG.info("BLAS: {} (asked for by {})", JavaBlas.NAME, PROPERTY);
      return new JavaBlas();
    }
    try {
      Blas candidate = loader.load();
      SelfCheck.verify(candidate);
      LOG.info("BLAS: {}", candidate.name());
      return candidate;
    } catch (LinkageError | RuntimeException e) {
      LOG.warn(
          "BLAS: the native library is not usable, falling back to {}, which is many times slower:"
              + " {}",
          JavaBlas.NAME,
          e.toString());
      return new JavaBlas();
    }
  }

  /** Loads a native implementation; a {@link LinkageError} says that there is none. */
  interface Loader {
    Blas load();
  }

  private static final class Holder {
    static final Blas BLAS = choose(System.getProperty(PROPERTY, "native"), OpenBlas::load);
  }
}
