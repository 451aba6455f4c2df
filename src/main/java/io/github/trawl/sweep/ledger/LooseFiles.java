package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.NewFile;
import io.github.trawl.checkpoint.ParallelRequests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of loose units: a file for each unit, named by its key. */
final class LooseFiles {
  private static final String SUFFIX = ".json";

  private final FileSystem fileSystem;
  private final Path folder;

  LooseFiles(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * The content of the folder.
   *
   * @param keys of the units whose files are there
   * @param leftovers hidden files of writes that were not completed
   */
  record Listing(Set<UnitKey> keys, List<Path> leftovers) {}

  /** Lists the folder; files with other names are ignored. */
  Listing list() throws IOException {
    Set<UnitKey> keys = new TreeSet<>();
    List<Path> leftovers = new ArrayList<>();
    for (FileStatus status : HadoopFiles.list(fileSystem, folder)) {
      String name = status.getPath().getName();
      if (NewFile.isLeftover(name)) {
        leftovers.add(status.getPath());
      } else if (name.endsWith(SUFFIX)) {
        String key = name.substring(0, name.length() - SUFFIX.length());
        if (UnitKey.isKey(key)) {
          keys.add(new UnitKey(key));
        }
      }
    }
    return new Listing(keys, leftovers);
  }

  Path path(UnitKey key) {
    return new Path(folder, key + SUFFIX);
  }

  /**
   * Writes the file of a unit.
   *
   * @return whether it was written; false if the unit already had a file
   */
  boolean create(UnitText unit) throws IOException {
    return NewFile.write(fileSystem, path(unit.key()), unit.toBytes());
  }

  /**
   * Reads the file of a unit.
   *
   * @throws FileNotFoundException if there is none
   */
  UnitText read(UnitKey key) throws IOException, DamagedFileException {
    Path path = path(key);
    byte[] content;
    try (FSDataInputStream stream = fileSystem.open(path)) {
      content = stream.readAllBytes();
    } catch (FileNotFoundException e) {
      throw HadoopFiles.confirmMissing(fileSystem, path, e);
    }
    return UnitText.parse(key, content);
  }

  /** Removes the files of units, some of which may be gone already. */
  void delete(Collection<UnitKey> keys) throws IOException {
    ParallelRequests.forEach(keys, key -> HadoopFiles.delete(fileSystem, path(key)));
  }
}
