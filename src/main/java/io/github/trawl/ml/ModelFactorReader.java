package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.factors.NamedLocation;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Reads the decompositions of models from factor files. */
final class ModelFactorReader {
  private ModelFactorReader() {}

  /**
   * Reads a decomposition from a factor file and numbers its rows from 0.
   *
   * @param location the URI of the file, followed by {@code #} and the name of the decomposition if
   *     the file holds several
   * @param tensorClass the class that the tensor must have
   * @throws TrawlException of category {@code BAD_INPUT} if the tensor is of another class; or as
   *     {@link #onlyMember} and {@link FactorFile#readMember} throw
   */
  static FittedFactors read(String location, Class<? extends LowRankTensor> tensorClass) {
    Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
    NamedLocation named = NamedLocation.parse(location, hadoop);
    String member = named.member().isEmpty() ? onlyMember(named.path(), hadoop) : named.member();
    FactorSet factors = read(named.path(), member, tensorClass, hadoop);
    long rows = factors.tensors().get(0).rows();
    return new FittedFactors(factors, LongStream.range(0, rows).toArray());
  }

  /** Reads the decomposition with this name from a factor file. */
  static FactorSet read(
      Path file, String name, Class<? extends LowRankTensor> tensorClass, Configuration hadoop) {
    FactorSet factors = FactorFile.readMember(file, name, hadoop);
    LowRankTensor tensor = factors.tensors().get(0);
    if (!tensorClass.isInstance(tensor)) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          tensorClass == TuckerTensor.class
              ? Problems.show(file)
                  + " holds a decomposition of cp or svd; read it with CpDecompositionModel"
              : Problems.show(file)
                  + " holds a decomposition of tucker; read it with TuckerDecompositionModel");
    }
    return factors;
  }

  /**
   * Returns the name of the only decomposition of a file.
   *
   * @throws TrawlException of category {@code USAGE} if the file holds several
   */
  static String onlyMember(Path file, Configuration hadoop) {
    List<String> names =
        FactorFile.header(file, hadoop).members().stream().map(FactorMember::name).toList();
    if (names.size() > 1) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "%s holds %d decompositions; append the name of one to the path: #%s"
              .formatted(Problems.show(file), names.size(), String.join(", #", names)));
    }
    return names.get(0);
  }
}
