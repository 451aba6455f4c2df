package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryLocationTest {
  @ParameterizedTest
  @CsvSource({
    "hdfs://h/a/b, hdfs://h/a, true",
    "hdfs://h/a, hdfs://h/a, true",
    "hdfs://h/ab, hdfs://h/a, false",
    "hdfs://h/a, hdfs://h/a/b, false",
    "HDFS://H/a, hdfs://h/a, true",
    "hdfs://h:8020/a, hdfs://h/a, true", // The port may be the default one.
    "hdfs://h:8020/a, hdfs://h:9000/a, false",
    "hdfs://me@h/a, hdfs://h/a, true", // A user names no place.
    "s3a://one/a, s3a://two/a, false",
    "s3a://bucket_1/a, s3a://bucket_1/a, true", // No host name, as it has an underscore.
    "s3a://bucket_1/a, s3a://bucket_2/a, false",
    "abfs://one@account.dfs.core.windows.net/a, abfs://two@account.dfs.core.windows.net/a, false",
    "abfss://one@account.dfs.core.windows.net/a/b, abfss://one@account.dfs.core.windows.net/a, true",
    "wasbs://one@account.blob.core.windows.net/a, wasbs://two@account.blob.core.windows.net/a, false",
    "s3://bucket/a, s3a://bucket/a, true", // One store under two schemes.
    "s3a://bucket/a/b, s3n://bucket/a, true",
    "s3://one/a, s3a://two/a, false",
    "abfss://one@account.dfs.core.windows.net/a, abfs://one@account.dfs.core.windows.net/a, true",
    "wasbs://one@account.blob.core.windows.net/a, abfss://one@account.dfs.core.windows.net/a, true",
    "wasb://one@account.blob.core.windows.net/a, abfs://two@account.dfs.core.windows.net/a, false",
    "webhdfs://h:9870/a, hdfs://h:8020/a, true",
    "swebhdfs://h:9871/a/b, hdfs://h/a, true",
    "webhdfs://h:9870/a, hdfs://other:8020/a, false",
    "s3a://bucket/a, gs://bucket/a, false",
    "file:///a/b, file:///a, true",
    "file:///a, hdfs://h/a, false"
  })
  void isWithinADirectoryOfItsStore(URI directory, URI other, boolean expected) {
    assertThat(DirectoryLocation.of(directory).isWithin(DirectoryLocation.of(other)))
        .isEqualTo(expected);
  }
}
