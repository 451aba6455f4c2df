package io.github.trawl.notebook;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.UnfinishedOutput;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorHeader;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.NamedLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A path of factor files, and the name of a decomposition if only that one is wanted. */
final class FactorLocation {
  private final Path path;
  private final String member;
  private final Configuration hadoop;

  private FactorLocation(NamedLocation location, Configuration hadoop) {
    this.path = location.path();
    this.member = location.member();
    this.hadoop = hadoop;
  }

  /** Parses {@code PATH} or {@code PATH#MEMBER}, as {@link NamedLocation#parse} does. */
  static FactorLocation parse(String uri, Configuration hadoop) {
    return new FactorLocation(NamedLocation.parse(uri, hadoop), hadoop);
  }

  /**
   * A decomposition in a factor file.
   *
   * @param file the factor file
   * @param name the name of the file
   * @param header the header of the file
   * @param member the decomposition
   */
  record LocatedMember(Path file, String name, FactorHeader header, FactorMember member) {}

  /**
   * Returns the decompositions at the location, file by file.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if there is none, or a file is damaged
   */
  List<LocatedMember> find() {
    List<LocatedMember> found = new ArrayList<>();
    for (Path file : files()) {
      FactorHeader header = FactorFile.header(file, hadoop);
      for (FactorMember each : header.members()) {
        if (member.isEmpty() || member.equals(each.name())) {
          found.add(new LocatedMember(file, file.getName(), header, each));
        }
      }
    }
    if (found.isEmpty()) {
      throw bad(
          member.isEmpty()
              ? "holds no factors (*.arrow); give the output of trawl denoise or trawl sweep"
              : "holds no factors named " + member + "; leave out the #" + member + " to see all",
          null);
    }
    return found;
  }

  private List<Path> files() {
    try {
      FileSystem fileSystem = Storage.open(path, hadoop);
      Path root = fileSystem.makeQualified(path);
      if (!fileSystem.exists(root)) {
        throw bad("does not exist; give the output of trawl denoise or trawl sweep", null);
      }
      if (fileSystem.getFileStatus(root).isFile()) {
        return List.of(root);
      }
      UnfinishedOutput.refuse(root, hadoop);
      return FactorFile.list(fileSystem, root);
    } catch (IOException e) {
      throw Problems.reading(path, "cannot list", e);
    }
  }

  private TrawlException bad(String what, Exception cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, Problems.show(path) + ": " + what, cause);
  }
}
