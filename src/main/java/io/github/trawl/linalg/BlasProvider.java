package io.github.trawl.linalg;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides the {@link Blas} of this process: the native one, or one in Java if the user asks for
 * it. A native library that does not work is an error. Falling back to Java would make some
 * machines of a cluster many times slower than the rest, with other bits in their results.
 */
public final class BlasProvider {
  /**
   * The system property that names the implementation, {@link #NATIVE} or {@link #JAVA}. The key of
   * Spark's setting is the same with "spark." in front.
   */
  public static final String PROPERTY = "trawl.blas";

  /** The value of {@link #PROPERTY} for the native library, the default. */
  public static final String NATIVE = "native";

  /** The value of {@link #PROPERTY} for an implementation in Java, which is many times slower. */
  public static final String JAVA = "java";

  private static final Logger LOG = LoggerFactory.getLogger(BlasProvider.class);
  private static final Map<String, Blas> CHOSEN = new ConcurrentHashMap<>();
  private static volatile String choice = System.getProperty(PROPERTY, NATIVE);

  private BlasProvider() {}

  /**
   * Returns the implementation of this process, which is loaded and logged on first use.
   *
   * @throws TrawlException if it does not work on this machine; the message says what to do
   */
  public static Blas blas() {
    return CHOSEN.computeIfAbsent(
        choice, key -> choose(key, OpenBlas::load, NetlibBlas::load, Loader.getPlatform()));
  }

  /**
   * Overrides the system property.
   *
   * @param preference {@link #NATIVE} or {@link #JAVA}; any other value is refused on first use
   */
  public static void prefer(String preference) {
    choice = preference;
  }

  /**
   * Loads the implementation that {@code preference} names, and checks it.
   *
   * @param platform operating system and architecture, as JavaCPP names them
   * @throws TrawlException if it does not load or fails a small problem whose result is known, or
   *     there is no such choice
   */
  static Blas choose(String preference, Source openBlas, Source netlib, String platform) {
    return switch (preference) {
      case NATIVE -> verified(openBlas, "OpenBLAS", remedy(platform), platform);
      case JAVA ->
          verified(
              netlib,
              "netlib",
              "Spark's MLlib brings dev.ludovic.netlib: use a Spark with MLlib",
              platform);
      default ->
          throw new TrawlException(
              ErrorCategory.USAGE,
              "spark.%s is '%s'; it must be %s or %s"
                  .formatted(PROPERTY, preference, NATIVE, JAVA));
    };
  }

  private static Blas verified(Source source, String library, String remedy, String platform) {
    try {
      Blas candidate = source.load();
      SelfCheck.verify(candidate);
      LOG.info("BLAS: {}", candidate.name());
      return candidate;
    } catch (LinkageError | RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      // Without a cause: the driver may not be able to deserialise an exception of the library.
      TrawlException failure =
          new TrawlException(
              ErrorCategory.SYSTEM,
              "%s does not work on %s (%s): %s: %s; %s"
                  .formatted(
                      library, host(), platform, e.getClass().getSimpleName(), reason, remedy));
      LOG.debug("BLAS", e);
      throw failure;
    }
  }

  private static String remedy(String platform) {
    String java =
        "or add --conf spark.%s=%s to compute in Java, many times slower".formatted(PROPERTY, JAVA);
    return switch (platform) {
      case "linux-x86_64", "linux-arm64" ->
          "trawl.jar holds the library for this platform and unpacks it to ~/.javacpp: use a Linux"
              + " with glibc, and name a directory without noexec if that one has it"
              + " (-Dorg.bytedeco.javacpp.cachedir=DIR), "
              + java;
      default ->
          "trawl.jar holds the library for linux-x86_64 and linux-arm64 only: give the jars of"
              + " org.bytedeco's openblas and javacpp with the classifier %s in --jars, %s"
                  .formatted(platform, java);
    };
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }

  /** Loads an implementation; throws a {@link LinkageError} if there is none. */
  interface Source {
    Blas load();
  }
}
