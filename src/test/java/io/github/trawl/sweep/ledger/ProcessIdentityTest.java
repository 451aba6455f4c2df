package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessIdentityTest {
  private final ProcessIdentity own = ProcessIdentity.ofThisProcess();

  @Test
  void knowsThatThisProcessIsAtWork() {
    assertThat(own.isVisible()).isTrue();
    assertThat(own.hasEnded()).isFalse();
    assertThat(own.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(own.boot()).hasSize(36);
    assertThat(own.start()).containsOnlyDigits();
    assertThat(own.host()).isNotBlank();
  }

  @Test
  void knowsWhenAProcessHasEnded() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "100").start();
    String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    String start = List.of(stat.substring(stat.indexOf(')') + 2).split(" ", -1)).get(19);
    ProcessIdentity other = of(process.pid(), start);

    assertThat(other.hasEnded()).isFalse();
    process.destroyForcibly().waitFor();
    assertThat(other.hasEnded()).isTrue();
  }

  @Test
  void tellsTwoProcessesWithOneNumberApart() {
    assertThat(of(own.pid(), own.start() + "0").hasEnded()).isTrue();
  }

  @Test
  void doesNotGuessAboutProcessesThatItCannotSee() {
    ProcessIdentity ended = of(own.pid(), "1");
    assertThat(ended.hasEnded()).isTrue();

    for (int field = 0; field < 4; field++) {
      for (String value : new String[] {"", "other"}) {
        ProcessIdentity unseen = changed(ended, field, value);
        assertThat(unseen.hasEnded()).as(field + value).isFalse();
        assertThat(unseen.isVisible()).as(field + value).isFalse();
      }
    }
    assertThat(of(own.pid(), "").hasEnded()).isFalse();
  }

  private ProcessIdentity of(long pid, String start) {
    return new ProcessIdentity(own.host(), own.boot(), own.pidNamespace(), own.uid(), pid, start);
  }

  private static ProcessIdentity changed(ProcessIdentity mark, int field, String value) {
    return new ProcessIdentity(
        field == 3 ? value : mark.host(),
        field == 0 ? value : mark.boot(),
        field == 1 ? value : mark.pidNamespace(),
        field == 2 ? value : mark.uid(),
        mark.pid(),
        mark.start());
  }
}
