package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.NewFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of packs. The name of a pack is made of its writer's epoch, a number that counts the
 * writer's packs, and the beginning of the writer's run identifier ({@link WriterId}), so that no
 * two writers use the same name, and later packs have greater names.
 */
final class Packs {
  private static final Pattern NAME =
      Pattern.compile("([0-9]{6})-([0-9]{6})-[0-9a-f]{8}\\.parquet");

  private final FileSystem fileSystem;
  private final Path folder;

  Packs(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * The content of the folder.
   *
   * @param packs the oldest first
   * @param leftovers hidden files of writes that were not completed
   */
  record Listing(List<PackFile> packs, List<Path> leftovers) {}

  /** Lists the folder; files with other names are ignored. */
  Listing list() throws IOException {
    List<Path> packs = new ArrayList<>();
    List<Path> leftovers = new ArrayList<>();
    for (FileStatus status : HadoopFiles.list(fileSystem, folder)) {
      Path path = status.getPath();
      if (NewFile.isLeftover(path.getName())) {
        leftovers.add(path);
      } else if (NAME.matcher(path.getName()).matches()) {
        packs.add(path);
      }
    }
    packs.sort((left, right) -> left.getName().compareTo(right.getName()));
    return new Listing(
        packs.stream().map(path -> new PackFile(fileSystem, path)).toList(), leftovers);
  }

  /** Returns the path of the next pack of a writer. */
  Path nextPath(WriterId writer) throws IOException {
    int last = 0;
    for (PackFile pack : list().packs()) {
      Matcher name = NAME.matcher(pack.name());
      if (name.matches() && Integer.parseInt(name.group(1)) == writer.epoch()) {
        last = Math.max(last, Integer.parseInt(name.group(2)));
      }
    }
    return new Path(
        folder,
        String.format(
            Locale.ROOT, "%06d-%06d-%s.parquet", writer.epoch(), last + 1, writer.runPrefix()));
  }

  void delete(PackFile pack) throws IOException {
    HadoopFiles.delete(fileSystem, pack.path());
  }
}
