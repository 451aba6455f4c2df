package io.github.trawl.bench;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.FloatMatrix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Adds up the time of routines other than float32 products: the solves and the Gram matrices. */
final class TimedBlas {
  /** The routines that one thread runs while the others wait. */
  private static final Set<String> SERIAL =
      Set.of("cholesky", "invertCholesky", "largestEigenpairs");

  private final LongAdder serial = new LongAdder();
  private final LongAdder parallel = new LongAdder();
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
                      (SERIAL.contains(method.getName()) ? serial : parallel)
                          .add(System.nanoTime() - start);
                    }
                  }
                });
  }

  /** The routines, timed. */
  Blas blas() {
    return blas;
  }

  /** Seconds since the last call, on {@code threads} threads that share the parallel work. */
  double takeSeconds(int threads) {
    return (serial.sumThenReset() + (double) parallel.sumThenReset() / threads) / 1e9;
  }
}
