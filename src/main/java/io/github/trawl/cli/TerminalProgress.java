package io.github.trawl.cli;

import io.github.trawl.Progress;
import java.io.Console;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows a progress bar if there is a console, else a log line at most every ten seconds. */
final class TerminalProgress {
  private static final Logger LOG = LoggerFactory.getLogger("trawl");
  private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;

  private TerminalProgress() {}

  static Progress create() {
    return new MetricsProgress(
        isTerminal(System.console()) ? TerminalProgress::consoleBar : TerminalProgress::logBar);
  }

  /**
   * Returns whether the output is a terminal. Before JDK 22 there is a console only in that case;
   * since JDK 22 there may be one for redirected output, too, and its {@code isTerminal} tells.
   */
  private static boolean isTerminal(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private static Progress.Bar consoleBar(String task, int total) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .build();
    return new Progress.Bar() {
      @Override
      public void step(String note) {
        bar.step();
        bar.setExtraMessage(" " + note);
      }

      @Override
      public void note(String note) {
        bar.setExtraMessage(" " + note);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }

  private static Progress.Bar logBar(String task, int total) {
    AtomicInteger done = new AtomicInteger();
    AtomicLong lastLine = new AtomicLong(System.nanoTime());
    return new Progress.Bar() {
      @Override
      public void step(String note) {
        int now = done.incrementAndGet();
        if (now == total) {
          LOG.info("{}: {} of {} done, {}", task, now, total, note);
        } else {
          note(note);
        }
      }

      @Override
      public void note(String note) {
        long now = System.nanoTime();
        long last = lastLine.get();
        if (now - last > LOG_INTERVAL_NANOS && lastLine.compareAndSet(last, now)) {
          LOG.info("{}: {} of {} done, {}", task, done.get(), total, note);
        }
      }

      @Override
      public void close() {}
    };
  }
}
