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
 * A table of one Parquet file.
 *
 * @param <T> what a row is made of
 */
public final class Table<T> {
  /** Where the tables lie in the output of a sweep. */
  public static final String FOLDER = "tables";

  private final String name;
  private final List<Column<T, ?>> columns;
  private final MessageType schema;

  Table(String name, Columns<T> columns) {
    this.name = name;
    this.columns = columns.all();
    this.schema = new MessageType(name, this.columns.stream().<Type>map(Column::type).toList());
  }

  /** The name of its file. */
  public String file() {
    return name + ".parquet";
  }

  /**
   * Writes the table in place of an earlier one; whoever reads sees one or the other. The same rows
   * give the same bytes.
   *
   * @param folder that exists
   * @param rows one at a time of which is in memory, besides what Parquet gathers of a file
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
    try (ParquetWriter<Group> writer = RowWriters.to(stream, schema, hadoop).build()) {
      // Not by an iterator, which would buffer all rows that one element of the source becomes.
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
