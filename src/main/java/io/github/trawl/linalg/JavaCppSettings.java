package io.github.trawl.linalg;

import java.nio.file.Path;
import java.util.Locale;

/**
 * JavaCPP's settings for this process, each unless the user has set it.
 *
 * <p>By default every allocation of JavaCPP fails with an {@link OutOfMemoryError} while the whole
 * process takes more than four times its largest heap. Here the heap is small on purpose, and
 * {@link OffHeapMemory} limits the memory outside it.
 */
public final class JavaCppSettings {
  /**
   * The environment variable or system property with the directory to which native libraries are
   * unpacked; the tokenizers' library reads it too.
   */
  private static final String CACHE = "ENGINE_CACHE_DIR";

  private static final String PREFIX = "org.bytedeco.javacpp.";

  private JavaCppSettings() {}

  /**
   * Lifts the limits on memory, which has no effect once a pointer of JavaCPP has been used, and
   * names the directory of {@code ENGINE_CACHE_DIR}, which has none once a library has been loaded.
   */
  public static void apply() {
    setUnlessSet("maxBytes", "0");
    setUnlessSet("maxPhysicalBytes", "0");
    String cache = System.getenv(CACHE) == null ? System.getProperty(CACHE) : System.getenv(CACHE);
    if (cache != null) {
      setUnlessSet("cacheDir", Path.of(cache, "javacpp").toString());
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
