package io.github.trawl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws curves on logarithmic axes, as SVG and as PNG. */
final class Charts {
  private static final Map<String, String> AXES =
      Map.of(
          ScalingCurves.BY_RANK, "rank, tensor of (2, 768, 3072)",
          ScalingCurves.BY_SIZE, "tensor in MiB of float32, rank 64");

  private Charts() {}

  static void draw(List<Curve> curves, Path directory) throws IOException {
    System.setProperty("java.awt.headless", "true");
    for (String name : curves.stream().map(Curve::chart).distinct().toList()) {
      XYChart chart =
          new XYChartBuilder()
              .width(760)
              .height(460)
              .title("Seconds for one CP-ALS iteration")
              .xAxisTitle(AXES.getOrDefault(name, name))
              .yAxisTitle("seconds")
              .theme(Styler.ChartTheme.Matlab)
              .build();
      chart.getStyler().setXAxisLogarithmic(true);
      chart.getStyler().setYAxisLogarithmic(true);
      chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
      for (Curve curve : curves) {
        if (curve.chart().equals(name)) {
          chart.addSeries(curve.name(), curve.x(), curve.seconds());
        }
      }
      String file = directory.resolve(name).toString();
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, file, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
      BitmapEncoder.saveBitmap(chart, file, BitmapEncoder.BitmapFormat.PNG);
    }
  }
}
