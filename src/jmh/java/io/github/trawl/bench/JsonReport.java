package io.github.trawl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.DoubleStream;

/** The rows with every sample, as JSON. */
final class JsonReport {
  private JsonReport() {}

  static ObjectNode of(String machine, String versions, List<Row> rows, List<Curve> curves) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("machine", machine).put("versions", versions);
    ArrayNode list = root.putArray("rows");
    for (Row row : rows) {
      ObjectNode node = list.addObject();
      node.put("group", row.group()).put("what", row.what()).put("peer", row.peer());
      node.put("note", row.note());
      if (row.isMeasured()) {
        node.put("unit", row.unit());
        put(node.putArray("ours"), row.ours().values());
        put(node.putArray("theirs"), row.theirs().values());
        Samples.Ratio ratio = row.ratio();
        put(node.putArray("ratio"), ratio.median(), ratio.min(), ratio.max());
        row.atLeast().ifPresent(target -> node.put("at_least", target));
        node.put("reached", row.isReached());
      }
    }
    ArrayNode lines = root.putArray("curves");
    for (Curve curve : curves) {
      ObjectNode node = lines.addObject();
      node.put("chart", curve.chart()).put("name", curve.name());
      put(node.putArray("x"), curve.x());
      put(node.putArray("seconds"), curve.seconds());
    }
    return root;
  }

  private static void put(ArrayNode array, double... values) {
    DoubleStream.of(values).forEach(array::add);
  }
}
