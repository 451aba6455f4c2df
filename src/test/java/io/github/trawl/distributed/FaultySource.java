package io.github.trawl.distributed;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.tensor.TensorSource;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.FloatBuffer;
import org.apache.spark.TaskContext;

/** A tensor whose first row can't be read at the first attempts of a task. */
record FaultySource(TensorSource source, Kind kind, int failingAttempts) implements TensorSource {
  enum Kind {
    BAD_INPUT,
    NOT_SERIALIZABLE,
    TOO_FEW_VALUES
  }

  @Override
  public int depth() {
    return source.depth();
  }

  @Override
  public int rows() {
    return source.rows();
  }

  @Override
  public int columns() {
    return source.columns();
  }

  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    boolean fails = rowStart == 0 && TaskContext.get().attemptNumber() < failingAttempts;
    if (fails && kind == Kind.BAD_INPUT) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT, "slice " + slice + ": row 0 is unreadable; bring another");
    }
    if (fails && kind == Kind.NOT_SERIALIZABLE) {
      throw new UnsendableException();
    }
    source.read(slice, rowStart, rowCount, target);
    if (fails && kind == Kind.TOO_FEW_VALUES) {
      target.position(target.position() - 1);
    }
  }

  private static final class UnsendableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsendableException() {
      super("cannot travel");
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      throw new NotSerializableException(getClass().getName());
    }
  }
}
