package io.github.trawl.bench;

import java.io.IOException;
import java.util.List;

/** Measures ours and the peers for one question, in turns. */
@FunctionalInterface
interface Comparison {
  List<Row> measure(Setting setting) throws IOException;
}
