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
 * Identifies a process among those of all machines. Complete on Linux; on other systems some
 * components are empty texts.
 *
 * @param host name of the machine or container
 * @param boot the kernel's boot identifier, which is different after each start of the machine
 * @param pidNamespace identifier of the namespace in which {@code pid} is valid
 * @param uid of the user
 * @param pid of the process
 * @param start of the process, in clock ticks since the start of the kernel; differs from that of a
 *     later process with the same {@code pid}
 */
record ProcessIdentity(
    String host, String boot, String pidNamespace, String uid, long pid, String start) {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessIdentity.class);
  private static final Path PROC = Path.of("/proc");
  private static final String UNKNOWN = "";

  /**
   * The index of the start time in what {@link #split} returns: it is field 22 of {@code
   * /proc/PID/stat}, counted from 1, and the first two fields are cut off.
   */
  private static final int START_FIELD = 19;

  /** Returns what identifies this process. */
  static ProcessIdentity ofThisProcess() {
    long pid = ProcessHandle.current().pid();
    return new ProcessIdentity(
        hostName(),
        text(PROC.resolve("sys/kernel/random/boot_id")),
        link(PROC.resolve("self/ns/pid")),
        owner(PROC.resolve("self")),
        pid,
        fields(pid).map(fields -> fields[START_FIELD]).orElse(UNKNOWN));
  }

  /**
   * Returns whether this process could tell that the other one has ended. An equal host name does
   * not suffice: a container may have the name of the one that it replaces, but has process
   * identifiers of its own. The user must be the same, as {@code /proc} may be mounted so that it
   * hides the processes of other users.
   */
  boolean isVisible() {
    ProcessIdentity own = ofThisProcess();
    return host.equals(own.host)
        && isKnownAndEqual(boot, own.boot)
        && isKnownAndEqual(pidNamespace, own.pidNamespace)
        && isKnownAndEqual(uid, own.uid)
        && !start.isEmpty()
        && !own.start.isEmpty()
        && Files.isReadable(PROC.resolve("self/stat"));
  }

  /**
   * Returns whether the process has certainly ended: it is {@linkplain #isVisible visible} from
   * here, and no running process has its identifier and start.
   */
  boolean hasEnded() {
    if (!isVisible()) {
      return false;
    }
    try {
      String[] fields = split(Files.readString(stat(pid)));
      // Z is a zombie: a process that has ended but whose parent has not waited for it yet.
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return dead || !fields[START_FIELD].equals(start);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.debug("Cannot tell whether process {} is at work", pid, e);
      return false;
    }
  }

  private static boolean isKnownAndEqual(String value, String own) {
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

  /**
   * Returns the fields of {@code stat} from the third, the state, on. The name before it may hold
   * spaces and brackets.
   */
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
