package io.github.trawl.linalg;

/**
 * JavaCPP's own limits on memory, of which there are none here unless the user sets them.
 *
 * <p>By default every allocation of JavaCPP fails with an {@link OutOfMemoryError} while the whole
 * process takes more than four times its largest heap. What we keep outside the heap is bounded by
 * {@link OffHeapMemory}, and the heap is small on purpose.
 */
final class JavaCppLimits {
  private static final String PREFIX = "org.bytedeco.javacpp.";

  private JavaCppLimits() {}

  /** Takes the limits away; without effect once JavaCPP's pointers are in use. */
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
