package io.github.trawl.sweep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs as Spark SQL reads them. */
@Tag("slow")
class PackFormatTest {
  @TempDir private Path folder;

  @Test
  void isReadBySpark() throws Exception {
    try (Ledger ledger = Units.open(folder)) {
      Units.numbered(100).values().forEach(ledger::add);
      ledger.compact();
      Units.numbered(150).values().forEach(ledger::add);
      ledger.compact();
    }
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      Dataset<Row> units = spark.read().parquet(folder.resolve("packs").toString());

      assertThat(List.of(units.columns())).containsExactly("key", "kind", "content", "sha256");
      List<Row> rows = units.collectAsList();
      assertThat(rows).hasSize(150);
      for (Row row : rows) {
        String content = row.getString(2);
        int number = new ObjectMapper().readTree(content).path("number").asInt();
        assertThat(row.getString(0)).isEqualTo(Units.key(number).hex());
        assertThat(row.getString(1)).isEqualTo(Units.kind(number));
        assertThat(new ObjectMapper().readTree(content)).isEqualTo(Units.unit(number).content());
        byte[] text =
            (row.getString(0) + "\n" + row.getString(1) + "\n" + content)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(row.getString(3))
            .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text)));
      }
      assertThat(
              units
                  .where("kind = 'solve'")
                  .selectExpr("cast(get_json_object(content, '$.number') as int) as number")
                  .selectExpr("sum(number)")
                  .first()
                  .getLong(0))
          .isEqualTo(3675);
    }
  }
}
