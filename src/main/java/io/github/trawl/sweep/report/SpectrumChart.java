package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The chart of the sizes of components: a curve for each stack and method. */
final class SpectrumChart {
  private static final String ID = "spectrum";

  /**
   * About how many components of a spectrum are drawn per decade of their numbers, such as from 10
   * to 100.
   */
  private static final int PER_DECADE = 10;

  private SpectrumChart() {}

  static Chart of(ReportData data) {
    String title = "Spectrum of each stack";
    String explanation =
        "The weights of a decomposition's components (CP), its singular values (SVD) or the norms of"
            + " its core's slices along the rows (Tucker), largest first, relative to the largest, on logarithmic"
            + " axes. A steep curve is a stack that few components describe.";
    List<Spectrum> spectra = shown(data.spectra());
    if (spectra.isEmpty()) {
      return Chart.empty(ID, title, explanation, "No decomposition is finished yet.");
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("spectra");
    int longest = spectra.stream().mapToInt(spectrum -> spectrum.values().size()).max().orElse(0);
    List<Integer> components = components(longest);
    List<List<String>> rows = new ArrayList<>();
    for (Spectrum spectrum : spectra) {
      list.add(curve(spectrum));
      rows.add(row(spectrum, components));
    }
    List<String> headers =
        new ArrayList<>(List.of("Stack", "Method", "Rank", "Quantity", "Components"));
    components.forEach(component -> headers.add("No. " + component));
    List<String> counts = new ArrayList<>();
    counts.add(
        "Counts "
            + Numbers.count(spectra.size())
            + (spectra.size() == 1 ? " decomposition" : " decompositions")
            + ", for each stack and method the first of the highest rank; no examples.");
    if (components.size() < longest) {
      counts.add(
          "Of the longest spectrum "
              + components.size()
              + " of "
              + Numbers.count(longest)
              + " components are drawn.");
    }
    return new Chart(
        ID, title, explanation, counts, new DataTable(title, headers, rows), Optional.of(drawn));
  }

  private static List<Spectrum> shown(List<Spectrum> all) {
    Map<List<String>, Spectrum> highest = new LinkedHashMap<>();
    all.stream()
        .sorted(Comparator.comparingInt(Spectrum::rank).reversed())
        .forEach(
            spectrum ->
                highest.putIfAbsent(List.of(spectrum.stack(), spectrum.method()), spectrum));
    return all.stream().filter(highest.values()::contains).distinct().toList();
  }

  private static ObjectNode curve(Spectrum spectrum) {
    ObjectNode node =
        PageData.NODES
            .objectNode()
            .put("stack", spectrum.stack())
            .put("method", Labels.method(spectrum.method()))
            .put("rank", spectrum.rank());
    ArrayNode values = node.putArray("values");
    double largest = spectrum.values().get(0);
    for (int component : components(spectrum.values().size())) {
      double value = spectrum.values().get(component - 1);
      values.addArray().add(component).add(PageData.number(largest > 0 ? value / largest : 0));
    }
    return node;
  }

  private static List<String> row(Spectrum spectrum, List<Integer> components) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                spectrum.stack(),
                Labels.method(spectrum.method()),
                String.valueOf(spectrum.rank()),
                spectrum.quantity(),
                Numbers.count(spectrum.values().size())));
    for (int component : components) {
      cells.add(
          component <= spectrum.values().size()
              ? Numbers.digits(spectrum.values().get(component - 1))
              : "");
    }
    return cells;
  }

  /**
   * Returns the numbers, from 1, of the components to show: about evenly spaced on a logarithmic
   * axis, with the first and the last.
   */
  private static List<Integer> components(int size) {
    TreeSet<Integer> chosen = new TreeSet<>(List.of(1, size));
    for (int i = 0; ; i++) {
      int component = (int) Math.round(Math.pow(10, (double) i / PER_DECADE));
      if (component >= size) {
        return List.copyOf(chosen);
      }
      chosen.add(component);
    }
  }
}
