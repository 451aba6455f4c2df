package io.github.trawl.sweep.tables;

import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.StagedFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.sweep.parquet.RowWriters;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A table of a sweep's output, stored as one Parquet file.
 *
 * @param <T> type of the rows
 */
public final class Table<T> {
  /** The folder of the tables in the output of a sweep. */
  public static final String FOLDER = "tables";

  private final String name;
  private final List<Column<T, ?>> columns;
  private final MessageType schema;

  Table(String name, Columns<T> columns) {
    this.name = name;
    this.columns = columns.all();
    this.schema = new MessageType(name, this.columns.stream().<Type>map(Column::type).toList());
  }

  /** Returns the name of the table's file. */
  public String file() {
    return name + ".parquet";
  }

  /**
   * Writes the table in place of an earlier one; readers see one or the other. The same rows give
   * the same bytes.
   *
   * @param folder to write to; must exist
   * @param rows in order; one at a time is in memory, besides the row group that Parquet gathers
   * @throws io.github.trawl.TrawlException of category {@code SYSTEM} if the storage fails
   */
  public void write(Path folder, Stream<T> rows, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(folder, hadoop);
    Path file = new Path(fileSystem.makeQualified(folder), file());
    try (StagedFile staged = StagedFile.create(fileSystem, file)) {
      write(staged.stream(), rows, hadoop);
      staged.commit();
    } catch (IOException e) {
      throw Problems.storage(file, "cannot write the table", e);
    } catch (UncheckedIOException e) {
      throw Problems.storage(file, "cannot write the table", e.getCause());
    }
  }

  private void write(OutputStream stream, Stream<T> rows, Configuration hadoop) throws IOException {
    try (ParquetWriter<Group> writer = RowWriters.builder(stream, schema, hadoop).build()) {
      // Not by rows.iterator(), which buffers all rows that flatMap makes of one element.
      rows.forEachOrdered(row -> write(row, writer));
    }
  }

  private void write(T row, ParquetWriter<Group> writer) {
    Group group = new SimpleGroup(schema);
    columns.forEach(column -> column.put(row, group));
    try {
      writer.write(group);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
