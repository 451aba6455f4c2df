package io.github.trawl.sweep.ledger;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines about damaged files for the user, who need not act on them. Each is logged when it is
 * added.
 */
final class Remarks {
  private static final Logger LOG = LoggerFactory.getLogger(Remarks.class);

  private final List<String> lines = new CopyOnWriteArrayList<>();

  void add(String line) {
    LOG.warn(line);
    lines.add(line);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
