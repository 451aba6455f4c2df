package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the pages say of files, flags and figures is there. */
final class DocumentationTest {
  private static final Path CHART = Path.of("docs/accuracy-by-rank.svg");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern CHART_FIGURE = Pattern.compile(">(\\d\\d\\.\\d\\d) %<");
  private static final Pattern CHART_INTERVAL =
      Pattern.compile("\\d\\d\\.\\d\\d to \\d\\d\\.\\d\\d");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("", "docs", "notebooks")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadToFilesAndHeadingsThatAreThere(Path page) throws IOException {
    List<String> dead = new ArrayList<>();
    Matcher link = LINK.matcher(proseOf(page));
    while (link.find()) {
      String target = link.group(1);
      if (!target.contains("://") && !isThere(page, target)) {
        dead.add(target);
      }
    }
    assertThat(dead).isEmpty();
  }

  private static boolean isThere(Path page, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
  }

  /** As GitHub makes them of headings. */
  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(proseOf(page))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commandsTakeTheFlagsThatExamplesGiveThem(Path page) throws IOException {
    Map<String, CommandLine> commands = new CommandLine(new TrawlCommand()).getSubcommands();
    List<String> unknown = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      for (String line : block.group(1).replace("\\\n", " ").split("\n", -1)) {
        List<String> words = Arrays.asList(line.trim().split("\\s+", -1));
        int program = Math.max(words.indexOf("jobs/trawl"), words.indexOf("target/trawl.jar"));
        CommandLine command = null;
        for (String word : program < 0 ? List.<String>of() : words.subList(program, words.size())) {
          if (command == null) {
            command = commands.get(word);
          } else if (word.startsWith("--")
              && !command.getCommandSpec().optionsMap().containsKey(word.replaceFirst("=.*", ""))) {
            unknown.add(line.trim() + ": " + word);
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void readmeIsShort() throws IOException {
    assertThat(Files.readAllLines(Path.of("README.md")))
        .hasSizeLessThanOrEqualTo(110)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(150));
  }

  @Test
  void chartShowsTheMeasuredAccuracies() throws IOException {
    String chart = Files.readString(CHART);
    List<String> shown = new ArrayList<>();
    CHART_FIGURE.matcher(chart).results().forEach(figure -> shown.add(figure.group(1) + " %"));
    CHART_INTERVAL.matcher(chart).results().forEach(interval -> shown.add(interval.group()));
    assertThat(shown).hasSizeGreaterThanOrEqualTo(13);
    assertThat(Files.readString(Path.of("docs/evaluation.md"))).contains(shown);
  }

  /** A page without its blocks of code. */
  private static String proseOf(Path page) throws IOException {
    return BLOCK.matcher(Files.readString(page)).replaceAll("");
  }
}
