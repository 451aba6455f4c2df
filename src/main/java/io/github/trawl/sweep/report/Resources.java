package io.github.trawl.sweep.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads the scripts and the style that are written into a page. */
final class Resources {
  /** The version of Apache ECharts in the pom, which is a part of its path in the jar. */
  static final String ECHARTS_VERSION = "6.0.0";

  private static final String ECHARTS =
      "/META-INF/resources/_static/echarts/" + ECHARTS_VERSION + "/dist/echarts.min.js";

  private Resources() {}

  /** Returns the chart library, in the build that includes heat maps and custom marks. */
  static String library() {
    return inline(read(ECHARTS));
  }

  static String script() {
    return inline(read("page.js") + read("board.js") + read("charts.js"));
  }

  static String style() {
    return inline(read("page.css"));
  }

  private static String read(String name) {
    try (InputStream content = Resources.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new IllegalStateException(name + " is missing from the class path");
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns {@code text}; refuses one that would end its HTML element or begin a comment in it. */
  private static String inline(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (String forbidden : new String[] {"</script", "</style", "<!--"}) {
      if (lower.contains(forbidden)) {
        throw new IllegalStateException("a resource of the page holds " + forbidden);
      }
    }
    return text;
  }
}
