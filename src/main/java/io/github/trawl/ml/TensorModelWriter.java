package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.factors.FactorFile;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Encoders;

/**
 * Writes a model as three parts: {@code metadata}, which holds the parameters as MLlib writes them,
 * {@code data/factors.arrow}, a factor file, and {@code rows}, Parquet with the ids of the rows.
 */
final class TensorModelWriter extends MLWriter {
  static final String DATA = "data";
  static final String FACTORS = "factors.arrow";
  static final String ROWS = "rows";

  private final FittedFactors fitted;
  private final MLWriter metadata;

  /**
   * @param metadata writes the parameters
   */
  TensorModelWriter(FittedFactors fitted, MLWriter metadata) {
    this.fitted = fitted;
    this.metadata = metadata;
  }

  @Override
  public void saveImpl(String path) {
    Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
    try {
      metadata.session(sparkSession()).save(path);
      Path directory = new Path(path);
      Path qualified = Storage.open(directory, hadoop).makeQualified(directory);
      // Without staging: the attempt's directory, DATA, is that of the finished file.
      FactorFile.write(
          new Staging(qualified.toString(), qualified.toString()),
          DATA,
          FACTORS,
          fitted.factors(),
          hadoop);
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "cannot write the model to %s: %s; check the storage"
              .formatted(path, Problems.oneLine(e)),
          e);
    }
    sparkSession()
        .createDataset(Arrays.stream(fitted.rows()).boxed().toList(), Encoders.LONG())
        .toDF("row")
        .coalesce(1)
        .write()
        .parquet(new Path(path, ROWS).toString());
  }
}
