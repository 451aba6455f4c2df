package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.LedgerHeldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run whose predecessor may be alive. */
@Timeout(60)
class LedgerOpeningTest {
  private static final ObjectNode IDENTITY =
      JsonNodeFactory.instance.objectNode().put("model", "m");

  @TempDir private Path folder;
  private Path claim;

  @BeforeEach
  void leaveAClaim() throws IOException {
    open(Duration.ofSeconds(60)).close();
    claim = folder.resolve("holder").resolve("000001.json");
  }

  @Test
  void takesOverFromAnotherMachineOnceItIsStale() throws IOException {
    claimOf("elsewhere", 3000);
    long start = System.nanoTime();
    open(Duration.ofSeconds(60)).close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void refusesWhileAnotherMachineGivesSignsOfLife() throws Exception {
    claimOf("elsewhere", 3_600_000);
    Thread holder =
        new Thread(
            () -> {
              try {
                Thread.sleep(1500);
                Files.writeString(folder.resolve("holder").resolve("000001.alive"), "\n");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    holder.start();
    assertThatThrownBy(() -> open(Duration.ofSeconds(60)))
        .isInstanceOf(LedgerHeldException.class)
        .hasMessageContaining("on elsewhere");
    holder.join();
  }

  @Test
  void refusesAtOnceWhereTheOtherRunsHere() {
    try (Ledger first = open(Duration.ofSeconds(60))) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> open(Duration.ofSeconds(60)))
          .isInstanceOf(LedgerHeldException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(first.holder()).isPresent();
    }
  }

  private Ledger open(Duration staleAfter) {
    return LedgerOpening.open(
        new org.apache.hadoop.fs.Path(folder.toUri()), IDENTITY, staleAfter, new Configuration());
  }

  private void claimOf(String host, long staleAfter) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(claim.toFile());
    json.put("host", host).put("stale_after_ms", staleAfter).put("run", "other");
    for (String sign : new String[] {"000001.alive", "000001.released"}) {
      Files.delete(folder.resolve("holder").resolve(sign));
    }
    Files.writeString(claim, mapper.writeValueAsString(json) + "\n");
  }
}
