package io.github.trawl.convert;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables of a TensorFlow bundle, which is an index {@code NAME.index} and the data files
 * {@code NAME.data-00000-of-00001} and so on beside it.
 *
 * @param files the files of the source
 * @param indexName the name of the index in error messages
 * @param variables the variables by name, sorted
 * @param dataFiles the data files by number
 */
record Bundle(
    SourceFiles files,
    String indexName,
    Map<String, Variable> variables,
    List<SourceFile> dataFiles) {
  private static final String INDEX_ENDING = ".index";
  private static final int LITTLE_ENDIAN = 0;

  /**
   * Opens the only bundle among {@code files}.
   *
   * @throws io.github.trawl.TrawlException BAD_INPUT if there is none or more than one, if a data
   *     file is missing, or if the index is malformed
   */
  static Bundle open(SourceFiles files) {
    Map<String, SourceFile> byPath = new TreeMap<>();
    files.files().forEach(file -> byPath.put(file.path(), file));
    SourceFile index = findIndex(files, byPath);
    String indexName = files.nameOf(index);
    if (index.content() == null) {
      throw BadInput.damaged(
          indexName, "its " + index.length() + " bytes are more than a BERT's index has");
    }
    // The first key is empty and has the header (BundleHeaderProto); the others name variables.
    List<TableReader.Entry> entries = TableReader.entries(index.content(), indexName);
    if (entries.isEmpty() || !entries.get(0).key().isEmpty()) {
      throw BadInput.damaged(indexName, "no header comes before the variables");
    }
    int shards = shardCount(WireMessage.parse(entries.get(0).value(), indexName), indexName);
    Map<String, Variable> variables = new TreeMap<>();
    for (TableReader.Entry entry : entries.subList(1, entries.size())) {
      String name =
          new String(entry.key().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      variables.put(name, Variable.parse(name, entry.value(), indexName));
    }
    return new Bundle(
        files,
        indexName,
        Collections.unmodifiableMap(variables),
        findData(indexName, stem(index), shards, byPath));
  }

  /** The name of {@code file} in error messages. */
  String nameOf(SourceFile file) {
    return files.nameOf(file);
  }

  private static SourceFile findIndex(SourceFiles files, Map<String, SourceFile> byPath) {
    List<SourceFile> indexes = new ArrayList<>();
    for (SourceFile file : byPath.values()) {
      if (file.path().endsWith(INDEX_ENDING)
          && byPath.keySet().stream().anyMatch(path -> path.startsWith(stem(file) + ".data-"))) {
        indexes.add(file);
      }
    }
    if (indexes.isEmpty()) {
      throw BadInput.of(
          files.description()
              + ": holds no TensorFlow variables (variables.index and"
              + " variables.data-00000-of-00001); name a BERT saved by TensorFlow");
    }
    if (indexes.size() > 1) {
      throw BadInput.of(
          files.description()
              + ": holds "
              + indexes.size()
              + " models, among them "
              + BadInput.quote(indexes.get(0).path())
              + " and "
              + BadInput.quote(indexes.get(1).path())
              + "; unpack it and name the directory of one");
    }
    return indexes.get(0);
  }

  private static String stem(SourceFile index) {
    return index.path().substring(0, index.path().length() - INDEX_ENDING.length());
  }

  /** Returns num_shards (field 1) after a check of endianness (field 2). */
  private static int shardCount(WireMessage header, String indexName) {
    long shards = header.number(1);
    if (header.number(2) != LITTLE_ENDIAN) {
      throw BadInput.of(
          indexName + ": big-endian values are not supported; save it on a little-endian machine");
    }
    if (shards < 1 || shards > 99_999) {
      throw BadInput.damaged(indexName, "it says that there are " + shards + " data files");
    }
    return (int) shards;
  }

  private static List<SourceFile> findData(
      String indexName, String stem, int shards, Map<String, SourceFile> byPath) {
    List<SourceFile> dataFiles = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      String path = String.format(Locale.ROOT, "%s.data-%05d-of-%05d", stem, shard, shards);
      SourceFile file = byPath.get(path);
      if (file == null) {
        throw BadInput.damaged(indexName, "its data file " + BadInput.quote(path) + " is missing");
      }
      dataFiles.add(file);
    }
    return List.copyOf(dataFiles);
  }
}
