package dev.redstart.jmh;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * The main ratios as bars in SVG: on a logarithmic scale from 1, to the right what is better. It
 * has a background of its own, dark or light as the reader's system is, since a page may be
 * neither.
 */
final class Picture {
  private static final int WIDTH = 840;
  private static final int PEERS = 225;
  private static final int BARS = 375;
  private static final int TOP = 84;
  private static final int LINE = 18;
  private static final int BAR = 12;
  private static final int GAP = 8;
  private static final int FOOT = 44;

  /** On either side of the bars, for the figures. */
  private static final int FIGURE = 44;

  private static final List<Double> TICKS =
      List.of(0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0);

  private static final String FRAME =
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
      <title>How many times better than other clients</title>
      <style>
      text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; fill: #1f2328 }
      .head { font-size: 16px; font-weight: 600 }
      .pale { fill: #59636e }
      .small { font-size: 11px }
      .left { text-anchor: end }
      .middle { text-anchor: middle }
      .paper { fill: #ffffff; stroke: #d1d9e0 }
      .better { fill: #2da44e }
      .worse { fill: #e5534b }
      line { stroke: #d1d9e0 }
      .one { stroke: #59636e }
      @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .pale { fill: #9198a1 }
      .paper { fill: #0d1117; stroke: #3d444d }
      line { stroke: #3d444d }
      .one { stroke: #9198a1 }
      }
      </style>
      <rect class="paper" x="0.5" y="0.5" width="%3$d" height="%4$d" rx="6"/>
      <text class="head" x="20" y="32">Redstart: how many times better than other clients</text>
      """;

  private final StringBuilder out = new StringBuilder();
  private final double low;
  private final double high;
  private int y = TOP;

  private Picture(DoubleStream ratios) {
    var range = ratios.summaryStatistics();
    low = Math.min(0.5, range.getMin());
    high = Math.max(2, range.getMax());
  }

  static String of(List<Row> rows, Conditions conditions) {
    var shown = rows.stream().filter(row -> Caption.MAIN.contains(row.caption())).toList();
    var picture = new Picture(shown.stream().mapToDouble(Row::ratio));
    for (var caption : Caption.MAIN) {
      var some = shown.stream().filter(row -> row.caption().equals(caption)).toList();
      if (!some.isEmpty()) {
        picture.add(caption, some);
      }
    }
    return picture.framed(conditions);
  }

  private void add(Caption caption, List<Row> rows) {
    text("", 20, y + LINE - 5, caption.words());
    rows.forEach(this::add);
    y += GAP;
  }

  private void add(Row row) {
    text("pale", PEERS, y + LINE - 5, row.peerName());
    double from = Math.min(x(1), x(row.ratio()));
    double width = Math.abs(x(row.ratio()) - x(1));
    element(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
        row.isWorse() ? "worse" : "better", from, y + (LINE - BAR) / 2, width, BAR);
    text(
        row.isWorse() ? "left" : "",
        x(row.ratio()) + (row.isWorse() ? -6 : 6),
        y + LINE - 5,
        row.times());
    y += LINE;
  }

  private double x(double ratio) {
    double width = WIDTH - BARS - 2 * FIGURE;
    return BARS + FIGURE + width * Math.log(ratio / low) / Math.log(high / low);
  }

  private void text(String kind, double x, int y, String words) {
    var escaped = words.replace("&", "&amp;").replace("<", "&lt;");
    element("<text class=\"%s\" x=\"%.0f\" y=\"%d\">%s</text>", kind, x, y, escaped);
  }

  private void element(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The scale goes under the bars. */
  private String framed(Conditions conditions) {
    var bars = out.toString();
    int bottom = y;
    out.setLength(0);
    element(FRAME.strip(), WIDTH, bottom + FOOT, WIDTH - 1, bottom + FOOT - 1);
    TICKS.stream().filter(it -> it >= low && it <= high).forEach(it -> tick(it, bottom));
    text("pale small left", x(1) - 8, TOP - 30, "← worse");
    text("pale small", x(1) + 8, TOP - 30, "better →");
    out.append(bars);
    text("pale small", 20, bottom + 14, conditions.date() + ", " + conditions.machine());
    text("pale small", 20, bottom + 30, conditions.versions());
    return out.append("</svg>\n").toString();
  }

  private void tick(double ratio, int bottom) {
    element(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
        ratio == 1 ? "one" : "", x(ratio), TOP - 8, x(ratio), bottom - GAP);
    var label = ratio < 1 ? Double.toString(ratio) : Long.toString((long) ratio);
    text("pale small middle", x(ratio), TOP - 14, label + "×");
  }
}
