package io.forestage.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts of a table: the histogram of its rows' norms, and its spectrum. */
public final class TableCharts {

    private static final int BINS = 60;
    private static final int TICKS = 10;
    private static final Color BLUE = new Color(0x08, 0x51, 0x9c);
    private static final Color ORANGE = new Color(0xd9, 0x5f, 0x02);

    private TableCharts() {}

    /**
     * Returns the histogram of norms.
     *
     * @param title the title
     * @param norms at least one
     * @return the picture
     */
    public static Picture histogram(String title, double[] norms) {
        double largest = 0;
        for (double norm : norms) {
            largest = Math.max(largest, norm);
        }
        double step = Ticks.step(largest > 0 ? largest : 1, TICKS);
        largest = step * Math.max(1, Math.ceil(largest / step));
        double[] edges = new double[2 * BINS];
        double[] counts = new double[2 * BINS];
        for (int i = 0; i < BINS; i++) {
            edges[2 * i] = i * largest / BINS;
            edges[2 * i + 1] = (i + 1) * largest / BINS;
        }
        for (double norm : norms) {
            int bin = Math.min(BINS - 1, (int) (norm * BINS / largest));
            counts[2 * bin]++;
            counts[2 * bin + 1]++;
        }
        XYChart chart = chart(title, "norm of the row", "rows");
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(largest);
        chart.getStyler().setXAxisDecimalPattern("0.###");
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
        chart.addSeries("rows", edges, counts)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(BLUE)
                .setFillColor(new Color(0x6b, 0xae, 0xd6));
        return new ChartPicture(chart);
    }

    /**
     * Returns the spectrum: the share of the variance on each axis, on a logarithmic scale, and of
     * all axes up to it.
     *
     * @param title the title
     * @param shares the shares, the largest first
     * @return the picture
     */
    public static Picture spectrum(String title, double[] shares) {
        int count = 0;
        while (count < shares.length && shares[count] > 1e-9) {
            count++;
        }
        count = Math.max(1, count);
        double[] axes = new double[count];
        double[] percent = new double[count];
        double[] sums = new double[count];
        for (int i = 0; i < count; i++) {
            axes[i] = i + 1;
            percent[i] = 100 * Math.max(1e-9, shares[i]);
            sums[i] = percent[i] + (i == 0 ? 0 : sums[i - 1]);
        }
        XYChart chart = chart(title, "principal axis", "% of the variance (logarithmic)");
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.addSeries("this axis", axes, percent)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(BLUE);
        chart.addSeries("all axes up to it", axes, sums)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(ORANGE);
        return new ChartPicture(chart);
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart =
                new XYChartBuilder()
                        .width(Picture.WIDTH)
                        .height(Picture.HEIGHT)
                        .title(title)
                        .xAxisTitle(x)
                        .yAxisTitle(y)
                        .build();
        Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, Lettering.SIZE);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setChartTitleFont(plain.deriveFont((float) Lettering.TITLE_SIZE));
        chart.getStyler().setAxisTitleFont(plain);
        chart.getStyler().setAxisTickLabelsFont(plain);
        chart.getStyler().setLegendFont(plain);
        return chart;
    }

    private record ChartPicture(XYChart chart) implements Picture {

        @Override
        public void paint(Graphics2D canvas) {
            chart.paint(canvas, Picture.WIDTH, Picture.HEIGHT);
        }
    }
}
