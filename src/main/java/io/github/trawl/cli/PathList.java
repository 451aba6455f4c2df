package io.github.trawl.cli;

import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Splits lists of paths at their commas, even if a path itself has commas. */
final class PathList {
  /** The name of a decomposition behind the path of factors, such as {@code #r64-s3}. */
  private static final Pattern MEMBER = Pattern.compile("#[^#/,]*$");

  private final Configuration hadoop;

  PathList(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * Splits each of {@code values} from the left. The next path is the longest text that ends before
   * a comma or at the end of the value and exists as a file or directory, or does so without the
   * name of a decomposition at its end; if no such text exists, it is the text up to the next
   * comma.
   */
  List<String> split(List<String> values) {
    List<String> elements = new ArrayList<>();
    for (String value : values) {
      List<String> pieces = Arrays.asList(value.split(",", -1));
      for (int start = 0; start < pieces.size(); ) {
        int end = pieces.size();
        while (end > start + 1 && !exists(String.join(",", pieces.subList(start, end)))) {
          end--;
        }
        elements.add(String.join(",", pieces.subList(start, end)));
        start = end;
      }
    }
    return elements;
  }

  private boolean exists(String location) {
    Matcher member = MEMBER.matcher(location);
    return isThere(location) || (member.find() && isThere(location.substring(0, member.start())));
  }

  private boolean isThere(String location) {
    try {
      Path path = new Path(location);
      return Storage.open(path, hadoop).exists(path);
    } catch (IOException | RuntimeException e) {
      // Not an error here: whoever reads the path reports what is wrong with it.
      return false;
    }
  }
}
