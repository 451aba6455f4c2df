package io.github.trawl.linalg;

/**
 * Lifts JavaCPP's own limits on memory, unless the user has set them.
 *
 * <p>By default every allocation of JavaCPP fails with an {@link OutOfMemoryError} while the whole
 * process takes more than four times its largest heap. Here the heap is small on purpose, and
 * {@link OffHeapMemory} limits the memory outside it.
 */
final class JavaCppLimits {
  private static final String PREFIX = "org.bytedeco.javacpp.";

  private JavaCppLimits() {}

  /** Lifts the limits; has no effect once a pointer of JavaCPP has been used. */
  static void lift() {
    liftUnlessSet("maxBytes", "maxbytes");
    liftUnlessSet("maxPhysicalBytes", "maxphysicalbytes");
  }

  private static void liftUnlessSet(String name, String olderName) {
    if (System.getProperty(PREFIX + name) == null
        && System.getProperty(PREFIX + olderName) == null) {
      System.setProperty(PREFIX + name, "0");
    }
  }
}
