package io.undercroft.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/** Draws the times of one work: a line for each backend, both axes by powers of ten. */
final class GrowthPicture {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 460;
  private static final Color INK = new Color(0x24292f);
  private static final Color GRID = new Color(0xd0d7de);

  /** Told apart by those who see no red or no green, too. */
  private static final Map<GrowthBackend, Color> COLOURS =
      Map.of(
          GrowthBackend.MAP, new Color(0x8c959f),
          GrowthBackend.MEMORY, new Color(0x0072b2),
          GrowthBackend.FILE, new Color(0xd55e00),
          GrowthBackend.SQLITE, new Color(0x009e73),
          GrowthBackend.POSTGRESQL, new Color(0xcc79a7),
          GrowthBackend.REDIS, new Color(0x000000));

  private GrowthPicture() {}

  /** Writes the picture as SVG, on white, so that it can be read on any page. */
  static void draw(GrowthWork work, Map<GrowthBackend, Map<Integer, Double>> lines, Path file)
      throws IOException {
    System.setProperty("java.awt.headless", "true");
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
    context.setPrecision(2);
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    chart(work, lines).paint(graphics, WIDTH, HEIGHT);
    StringWriter svg = new StringWriter();
    graphics.stream(svg, false);
    graphics.dispose();
    Files.writeString(file, svg.toString());
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument("http://www.w3.org/2000/svg", "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static XYChart chart(GrowthWork work, Map<GrowthBackend, Map<Integer, Double>> lines) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(work.title())
            .xAxisTitle("entries")
            .yAxisTitle("time")
            .build();
    List<Double> all = new ArrayList<>();
    lines.forEach(
        (backend, line) -> {
          XYSeries series =
              chart.addSeries(
                  backend.title(),
                  line.keySet().stream().mapToDouble(Math::log10).toArray(),
                  line.values().stream().mapToDouble(Math::log10).toArray());
          series.setLineColor(COLOURS.get(backend));
          series.setMarkerColor(COLOURS.get(backend));
          series.setMarker(SeriesMarkers.CIRCLE);
          series.setLineStyle(
              new BasicStroke(
                  2,
                  BasicStroke.CAP_ROUND,
                  BasicStroke.JOIN_ROUND,
                  10,
                  backend == GrowthBackend.MAP ? new float[] {6, 4} : null,
                  0));
          line.values().forEach(nanos -> all.add(Math.log10(nanos)));
        });
    style(chart.getStyler(), all);
    return chart;
  }

  private static void style(XYStyler style, List<Double> powers) {
    double least = Math.floor(powers.stream().min(Double::compare).orElse(0.0));
    double most = Math.max(least + 1, Math.ceil(powers.stream().max(Double::compare).orElse(1.0)));
    style.setYAxisMin(least);
    style.setYAxisMax(most);
    style.setxAxisTickLabelsFormattingFunction(power -> label(power, GrowthPicture::entries));
    style.setyAxisTickLabelsFormattingFunction(power -> label(power, GrowthPicture::time));
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setMarkerSize(7);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setLegendBackgroundColor(Color.WHITE);
    style.setLegendBorderColor(Color.WHITE);
    style.setPlotBorderColor(GRID);
    style.setPlotGridLinesColor(GRID);
    style.setChartFontColor(INK);
    style.setAxisTickLabelsColor(INK);
    style.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
  }

  /** Returns what stands at this height: something only at whole powers of ten. */
  private static String label(double power, DoubleFunction<String> text) {
    return Math.abs(power - Math.rint(power)) < 1e-6
        ? text.apply(Math.pow(10, Math.rint(power)))
        : "";
  }

  private static String entries(double entries) {
    return String.format(Locale.ROOT, "%,.0f", entries);
  }

  /** Returns a power of ten as a person writes it: 10 µs. */
  private static String time(double nanos) {
    String[] units = {"ns", "µs", "ms", "s"};
    double value = nanos;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 1 ? "%.1f %s" : "%,.0f %s", value, units[unit]);
  }
}
