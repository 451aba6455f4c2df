package io.github.trawl.sweep.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one process from all others, on Linux; elsewhere parts of it are empty.
 *
 * @param host name of the machine or container
 * @param boot when the machine's kernel was started, as an identifier that no other start has
 * @param pidNamespace within which {@code pid} counts
 * @param uid of the user
 * @param pid of the process
 * @param start of the process, in clock ticks since the start of the kernel: a {@code pid} is used
 *     again
 */
record ProcessMark(
    String host, String boot, String pidNamespace, String uid, long pid, String start) {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessMark.class);
  private static final Path PROC = Path.of("/proc");
  private static final String UNKNOWN = "";

  /** The 22nd field of {@code stat}, of which the first two are cut off. */
  private static final int START_FIELD = 19;

  /** The mark of this process. */
  static ProcessMark own() {
    long pid = ProcessHandle.current().pid();
    return new ProcessMark(
        hostName(),
        text(PROC.resolve("sys/kernel/random/boot_id")),
        link(PROC.resolve("self/ns/pid")),
        owner(PROC.resolve("self")),
        pid,
        fields(pid).map(fields -> fields[START_FIELD]).orElse(UNKNOWN));
  }

  /**
   * Whether this process could tell that the other has ended. A container that takes the place of
   * another one may have its name, but not its process identifiers.
   */
  boolean isVisible() {
    ProcessMark own = own();
    return host.equals(own.host)
        && isKnownAs(boot, own.boot)
        && isKnownAs(pidNamespace, own.pidNamespace)
        && isKnownAs(uid, own.uid)
        && !start.isEmpty()
        && !own.start.isEmpty()
        && Files.isReadable(PROC.resolve("self/stat"));
  }

  /**
   * Whether the process has certainly ended: it ran under the same kernel, its identifier means the
   * same here as there, this user would see it, and it is not there.
   */
  boolean hasEnded() {
    if (!isVisible()) {
      return false;
    }
    try {
      String[] fields = split(Files.readString(stat(pid)));
      // A process that was killed and not waited for yet.
      boolean over = fields[0].equals("Z") || fields[0].equals("X");
      return over || !fields[START_FIELD].equals(start);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.debug("Cannot tell whether process {} is at work", pid, e);
      return false;
    }
  }

  private static boolean isKnownAs(String value, String own) {
    return !value.isEmpty() && value.equals(own);
  }

  private static Optional<String[]> fields(long pid) {
    try {
      return Optional.of(split(Files.readString(stat(pid))));
    } catch (IOException | RuntimeException e) {
      LOG.debug("No {}", stat(pid), e);
      return Optional.empty();
    }
  }

  private static Path stat(long pid) {
    return PROC.resolve(Long.toString(pid)).resolve("stat");
  }

  /** The fields from the state on; the name before it may hold spaces and brackets. */
  private static String[] split(String stat) {
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }

  private static String hostName() {
    String name = text(PROC.resolve("sys/kernel/hostname"));
    if (!name.isEmpty()) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      LOG.debug("This machine has no name", e);
      return "unknown host";
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException | SecurityException e) {
      LOG.debug("No {}", file, e);
      return UNKNOWN;
    }
  }

  private static String link(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException | SecurityException | UnsupportedOperationException e) {
      LOG.debug("No {}", file, e);
      return UNKNOWN;
    }
  }

  private static String owner(Path file) {
    try {
      return String.valueOf(Files.getAttribute(file, "unix:uid"));
    } catch (IOException
        | SecurityException
        | UnsupportedOperationException
        | IllegalArgumentException e) {
      LOG.debug("No owner of {}", file, e);
      return UNKNOWN;
    }
  }
}
