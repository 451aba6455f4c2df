package io.github.trawl.sweep.ledger;

import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that adds units and says of each when it is there, or waits.
 *
 * <p>Arguments: the output, seconds after which it is taken for dead, and the number of units.
 */
final class LedgerWriter {
  private LedgerWriter() {}

  /** Starts one, which writes its words to {@code log}. */
  static Process start(Path log, Path root, int staleSeconds, int units) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            LedgerWriter.class.getName(),
            root.toString(),
            Integer.toString(staleSeconds),
            Integer.toString(units))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Numbers of the units that one has said are there. */
  static List<Integer> acknowledged(Path log) {
    try {
      // The last line may be a part of one.
      String text = Files.exists(log) ? Files.readString(log) : "";
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .filter(line -> line.startsWith("added "))
          .map(line -> Integer.valueOf(line.substring(6)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** See above. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Configuration hadoop = new Configuration();
    hadoop.setInt(Ledger.MOST_LOOSE_UNITS, 30);
    try (Ledger ledger =
        Ledger.open(
            Units.hadoopPath(Path.of(arguments[0])),
            Units.identity(),
            Duration.ofSeconds(Integer.parseInt(arguments[1])),
            hadoop)) {
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        if (!ledger.isDone(Units.key(i))) {
          ledger.add(Units.unit(i));
          out.println("added " + i);
        }
        Thread.sleep(i % 2);
      }
      out.println("remarks " + ledger.remarks());
    } catch (TrawlException e) {
      out.println(e.getMessage());
      System.exit(e.category().exitCode());
    }
  }
}
