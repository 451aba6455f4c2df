package io.github.trawl.linalg;

import java.nio.file.Path;
import java.util.Locale;

/**
 * JavaCPP's settings for this process, each unless the user has set it.
 *
 * <p>By default every allocation of JavaCPP fails with an {@link OutOfMemoryError} while the whole
 * process takes more than four times its maximum heap (-Xmx). Here the heap is small on purpose;
 * {@link OffHeapMemory} limits the memory of matrices, and models are accounted for where they are
 * loaded.
 */
public final class JavaCppSettings {
  /**
   * The environment variable or system property with the directory below which native libraries are
   * unpacked; the tokenizers' library reads it too.
   */
  private static final String CACHE = "ENGINE_CACHE_DIR";

  private static final String PREFIX = "org.bytedeco.javacpp.";

  /** What the user has set, or null; read once, before the tokenizers get a default. */
  private static final String OWN_CACHE =
      System.getenv(CACHE) == null ? System.getProperty(CACHE) : System.getenv(CACHE);

  private JavaCppSettings() {}

  /**
   * Lifts JavaCPP's limits on memory and, if the user has set {@code ENGINE_CACHE_DIR}, makes its
   * subdirectory {@code javacpp} JavaCPP's cache. The first has no effect once a pointer of JavaCPP
   * has been used, the second none once a library has been loaded.
   */
  public static void apply() {
    setUnlessSet("maxBytes", "0");
    setUnlessSet("maxPhysicalBytes", "0");
    if (OWN_CACHE != null) {
      setUnlessSet("cacheDir", Path.of(OWN_CACHE, "javacpp").toString());
    }
  }

  /** JavaCPP reads each name in lower case, too. */
  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(PREFIX + name) == null
        && System.getProperty(PREFIX + name.toLowerCase(Locale.ROOT)) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}
