package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.NewFile;
import io.github.trawl.sweep.parquet.RowWriters;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.api.Binary;

/**
 * Many units in one Parquet file, which is written once.
 *
 * <p>Methods that read throw {@link FileNotFoundException} if the pack was removed, and {@link
 * DamagedFileException} if it does not hold what was written; any other {@link IOException} means
 * that the storage failed.
 */
record PackFile(FileSystem fileSystem, Path path) {
  private static final int PAGE_BYTES = 1 << 16;

  /** Rows of a page. Few, since a search for one key reads a whole page of contents. */
  private static final int PAGE_ROWS = 32;

  /** A sequence of units in the order of their keys. */
  interface Source {
    /** Returns the next unit; empty at the end. */
    Optional<UnitText> next() throws IOException, DamagedFileException;
  }

  /** A source that holds a file open until it is closed. */
  interface Rows extends Source, Closeable {
    @Override
    void close();
  }

  /** Writes a pack. It appears when it is complete, and then outlives a crash of the machine. */
  static PackFile write(FileSystem fileSystem, Path path, Source units)
      throws IOException, DamagedFileException {
    try (NewFile file = NewFile.create(fileSystem, path)) {
      try (ParquetWriter<Group> writer = writer(fileSystem, file)) {
        for (Optional<UnitText> unit = units.next(); unit.isPresent(); unit = units.next()) {
          writer.write(row(unit.get()));
        }
      }
      if (!file.commit(true)) {
        throw new IOException("another one has written " + path.getName());
      }
    }
    return new PackFile(fileSystem, path);
  }

  String name() {
    return path.getName();
  }

  /** Returns the keys of all units, with their kinds. */
  Map<UnitKey, String> kindsByKey() throws IOException, DamagedFileException {
    Map<UnitKey, String> keys = new TreeMap<>();
    try (PackRows rows = new PackRows(fileSystem, path, PackFormat.INDEX, FilterCompat.NOOP)) {
      for (Optional<Group> row = rows.next(); row.isPresent(); row = rows.next()) {
        String key = row.get().getString(PackFormat.KEY, 0);
        String kind = row.get().getString(PackFormat.KIND, 0);
        if (!UnitKey.isKey(key) || !Unit.isKind(kind)) {
          throw new DamagedFileException("lists invalid keys or kinds of units");
        }
        keys.put(new UnitKey(key), kind);
      }
    }
    return keys;
  }

  /** Reads the unit of a key that {@link #kindsByKey} lists. */
  UnitText read(UnitKey key) throws IOException, DamagedFileException {
    FilterCompat.Filter filter =
        FilterCompat.get(
            FilterApi.eq(
                FilterApi.binaryColumn(PackFormat.KEY), Binary.fromString(key.toString())));
    try (Rows rows = rows(filter)) {
      return rows.next().orElseThrow(() -> new DamagedFileException("lacks a unit that it lists"));
    }
  }

  /** Returns the units of a kind, or all units. */
  Rows rows(Optional<String> kind) throws IOException, DamagedFileException {
    return rows(
        kind.isEmpty()
            ? FilterCompat.NOOP
            : FilterCompat.get(
                FilterApi.eq(
                    FilterApi.binaryColumn(PackFormat.KIND), Binary.fromString(kind.get()))));
  }

  private Rows rows(FilterCompat.Filter filter) throws IOException, DamagedFileException {
    PackRows rows = new PackRows(fileSystem, path, PackFormat.ROWS, filter);
    return new Rows() {
      @Override
      public Optional<UnitText> next() throws IOException, DamagedFileException {
        Optional<Group> row = rows.next();
        return row.isPresent() ? Optional.of(unit(row.get())) : Optional.empty();
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private static ParquetWriter<Group> writer(FileSystem fileSystem, NewFile file)
      throws IOException {
    // Kinds are few and repeat; keys, contents and digests are all different.
    return RowWriters.builder(file.stream(), PackFormat.ROWS, fileSystem.getConf())
        .withPageSize(PAGE_BYTES)
        .withPageRowCountLimit(PAGE_ROWS)
        .withMinRowCountForPageSizeCheck(PAGE_ROWS)
        .withMaxRowCountForPageSizeCheck(PAGE_ROWS)
        .withDictionaryEncoding(false)
        .withDictionaryEncoding(PackFormat.KIND, true)
        .build();
  }

  private static Group row(UnitText unit) {
    Group row = new SimpleGroup(PackFormat.ROWS);
    row.add(PackFormat.KEY, unit.key().toString());
    row.add(PackFormat.KIND, unit.kind());
    row.add(PackFormat.CONTENT, unit.content());
    row.add(PackFormat.DIGEST, unit.digest());
    return row;
  }

  private static UnitText unit(Group row) throws DamagedFileException {
    return UnitText.checked(
        row.getString(PackFormat.KEY, 0),
        row.getString(PackFormat.KIND, 0),
        row.getString(PackFormat.CONTENT, 0),
        row.getString(PackFormat.DIGEST, 0));
  }
}
