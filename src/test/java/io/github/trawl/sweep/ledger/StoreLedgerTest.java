package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.checkpoint.NewFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.denoise.HdfsStore;
import io.github.trawl.denoise.S3Store;
import io.github.trawl.denoise.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HDFS and S3. */
@Tag("slow")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreLedgerTest {
  @TempDir static java.nio.file.Path folder;

  private final Map<String, Store> stores = new TreeMap<>();
  private ConditionalGate gate;

  @BeforeAll
  void start() throws IOException {
    stores.put("hdfs", new HdfsStore(folder.resolve("hdfs")));
    // The server itself overlooks the condition, as some stores do.
    stores.put("s3a-plain", new S3Store(folder.resolve("plain")));
    S3Store server = new S3Store(folder.resolve("s3"));
    gate = new ConditionalGate(server.hadoop().get("fs.s3a.endpoint"));
    server.hadoop().set("fs.s3a.endpoint", gate.endpoint());
    stores.put("s3a", server);
    S3Store asked = new S3Store(folder.resolve("asked"));
    asked.hadoop().setBoolean("fs.s3a.create.conditional.enabled", false);
    stores.put("s3a-asked", asked);
    for (Store store : stores.values()) {
      // They differ in nothing but the port.
      store.hadoop().setBoolean("fs.s3a.impl.disable.cache", true);
    }
  }

  @AfterAll
  void stop() throws IOException {
    for (Store store : stores.values()) {
      store.close();
    }
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a"})
  void createsAFileForOneOfMany(String name) throws Exception {
    FileSystem fileSystem = fileSystem(name);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 10; round++) {
        Path file = new Path(root(name, "create"), "file" + round);
        CyclicBarrier together = new CyclicBarrier(4);
        List<Future<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          byte[] content = ("content " + i).getBytes(StandardCharsets.UTF_8);
          attempts.add(
              threads.submit(
                  () -> {
                    together.await();
                    return NewFile.write(fileSystem, file, content);
                  }));
        }
        List<Integer> created = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          if (attempts.get(i).get()) {
            created.add(i);
          }
        }
        assertThat(created).hasSize(1);
        assertThat(stores.get(name).tree(file.getParent()))
            .hasSize(round + 1)
            .containsEntry("file" + round, "content " + created.get(0));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a", "s3a-plain", "s3a-asked"})
  void remembersAndCompacts(String name) throws IOException {
    Path root = root(name, "ledger");
    try (Ledger ledger = open(name, root, Units.STALE_AFTER)) {
      Units.numbered(25).values().forEach(ledger::add);
      ledger.recordFailure(Units.key(30), "scores", "rank 30", "no luck");
      assertThatThrownBy(() -> open(name, root, Units.STALE_AFTER))
          .isInstanceOf(LedgerHeldException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      LedgerReader early = LedgerReader.read(root, stores.get(name).hadoop());
      ledger.compact();
      for (int i = 25; i < 30; i++) {
        ledger.add(Units.unit(i));
      }
      ledger.add(Units.unit(3));
      assertThat(ledger.find(Units.key(7))).contains(Units.unit(7));
      assertThat(Units.all(early)).isEqualTo(Units.numbered(25));
      assertThat(early.find(Units.key(24))).contains(Units.unit(24));
    }
    // One of the loose files is changed.
    Path changed = new Path(root, "units/" + Units.key(28) + ".json");
    try (OutputStream stream = fileSystem(name).create(changed, true)) {
      stream.write("{\"sha256\":".getBytes(StandardCharsets.UTF_8));
    }
    try (Ledger ledger = open(name, root, Units.STALE_AFTER)) {
      Map<Integer, Unit> expected = Units.numbered(30);
      expected.remove(28);
      assertThat(Units.all(ledger)).isEqualTo(expected);
      assertThat(ledger.failures()).hasSize(1);
      assertThat(ledger.remarks()).hasSize(1);
      ledger.add(Units.unit(28));
      ledger.compact();
      assertThat(Units.all(ledger)).isEqualTo(Units.numbered(30));
    }
    assertThat(stores.get(name).tree(root).keySet())
        .allMatch(
            file ->
                file.matches(
                    "sweep.json|holder/.*|packs/00000[12]-000001-[0-9a-f]{8}.parquet|failures/packs/.*"
                        + "|damaged/.*"));
    LedgerReader reader = LedgerReader.read(root, stores.get(name).hadoop());
    assertThat(reader.holder()).isEmpty();
    assertThat(Units.all(reader)).isEqualTo(Units.numbered(30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a"})
  void takesOverAfterSilence(String name) throws Exception {
    Path root = root(name, "stale");
    ProcessIdentity own = ProcessIdentity.ofThisProcess();
    Claim silent =
        new Claim(
            "other",
            new ProcessIdentity("elsewhere", own.boot(), own.pidNamespace(), own.uid(), 1, "1"),
            "anna",
            Instant.EPOCH,
            Duration.ofSeconds(4));
    new Claims(fileSystem(name), new Path(root, "holder")).create(1, silent);
    assertThatThrownBy(() -> open(name, root, Duration.ofSeconds(4)))
        .isInstanceOf(LedgerHeldException.class)
        .hasMessageContaining("elsewhere");
    Thread.sleep(5000);
    try (Ledger ledger = open(name, root, Duration.ofSeconds(4))) {
      // Its signs of life are seen.
      Thread.sleep(6000);
      assertThatThrownBy(() -> open(name, root, Duration.ofSeconds(4)))
          .isInstanceOf(LedgerHeldException.class);
      ledger.add(Units.unit(0));
    }
    open(name, root, Duration.ofSeconds(4)).close();
  }

  private Ledger open(String name, Path root, Duration staleAfter) {
    return Ledger.open(root, Units.identity(), staleAfter, stores.get(name).hadoop());
  }

  private FileSystem fileSystem(String name) {
    return Storage.open(stores.get(name).root(), stores.get(name).hadoop());
  }

  private Path root(String name, String output) {
    return new Path(stores.get(name).root(), output);
  }
}
