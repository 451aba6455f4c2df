package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process whose user has a locale with digits of its own. */
class LocaleTest {
  @TempDir private Path folder;

  @Test
  @Timeout(60)
  void digitsAreThoseOfEveryLocale() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=fa",
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "plan",
                "--model",
                SmallGpt2.write(folder.resolve("model"), 64).toString())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    assertThat(text).contains("(2, 64, 256)").doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
  }
}
