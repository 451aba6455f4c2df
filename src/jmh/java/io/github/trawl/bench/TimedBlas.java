package io.github.trawl.bench;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.FloatMatrix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.LongAdder;

/** Adds up what routines other than float32 products take: the solves and the Gram matrices. */
final class TimedBlas {
  private final LongAdder nanoseconds = new LongAdder();
  private final Blas blas;

  TimedBlas(Blas timed) {
    this.blas =
        (Blas)
            Proxy.newProxyInstance(
                Blas.class.getClassLoader(),
                new Class<?>[] {Blas.class},
                (proxy, method, arguments) -> {
                  long start = System.nanoTime();
                  try {
                    return method.invoke(timed, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  } finally {
                    if (arguments == null
                        || !(arguments[arguments.length - 1] instanceof FloatMatrix)) {
                      nanoseconds.add(System.nanoTime() - start);
                    }
                  }
                });
  }

  /** The routines, timed. */
  Blas blas() {
    return blas;
  }

  /** Seconds since the last call, those of all threads together. */
  double takeSeconds() {
    return nanoseconds.sumThenReset() / 1e9;
  }
}
