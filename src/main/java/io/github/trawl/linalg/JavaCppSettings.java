package io.github.trawl.linalg;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Sets JavaCPP's settings for this process, except those that the user has set.
 *
 * <p>By default every allocation of JavaCPP fails with an {@link OutOfMemoryError} while the whole
 * process takes more than four times its maximum heap (-Xmx). Trawl runs with a small heap and much
 * memory outside it: {@link OffHeapMemory} limits that of matrices, and that of models is accounted
 * for where they are loaded.
 */
public final class JavaCppSettings {
  /**
   * The environment variable or system property with the directory below which native libraries are
   * unpacked; the tokenizers' library reads it too.
   */
  private static final String CACHE = "ENGINE_CACHE_DIR";

  private static final String PREFIX = "org.bytedeco.javacpp.";

  /**
   * The directory that the user has set, or null. Read when this class is loaded, because {@code
   * NativeLibraries} later sets the property to a default for the tokenizers.
   */
  private static final String OWN_CACHE =
      System.getenv(CACHE) == null ? System.getProperty(CACHE) : System.getenv(CACHE);

  private JavaCppSettings() {}

  /**
   * Lifts JavaCPP's limits on memory and, if the user has set {@code ENGINE_CACHE_DIR}, makes its
   * subdirectory {@code javacpp} JavaCPP's cache. The limits stay as they are once a pointer of
   * JavaCPP has been used, and the cache once a library has been loaded.
   */
  public static void apply() {
    setUnlessSet("maxBytes", "0");
    setUnlessSet("maxPhysicalBytes", "0");
    if (OWN_CACHE != null) {
      setUnlessSet("cacheDir", Path.of(OWN_CACHE, "javacpp").toString());
    }
  }

  /** Sets a property unless it is set under this name or its lower case; JavaCPP reads both. */
  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(PREFIX + name) == null
        && System.getProperty(PREFIX + name.toLowerCase(Locale.ROOT)) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}
