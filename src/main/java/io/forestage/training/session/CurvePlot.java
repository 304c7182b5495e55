package io.forestage.training.session;

import io.forestage.training.TrainingProgress;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a training's loss over the tokens processed: that of each step, pale, their moving mean,
 * the held-out loss, and a line where each epoch ends.
 */
final class CurvePlot {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 600;
    private static final int FONT_SIZE = 13;
    private static final int TITLE_SIZE = 16;
    private static final double MILLION = 1e6;
    private static final double THOUSAND = 1e3;

    /** The share of all steps that a mean is over. */
    private static final int STEPS_PER_MEAN = 30;

    /** More lines would hide the curve. */
    private static final int MAX_EPOCH_LINES = 50;

    private static final Color PALE = new Color(0xb5, 0xd0, 0xe8);
    private static final Color BLUE = new Color(0x08, 0x51, 0x9c);
    private static final Color ORANGE = new Color(0xd9, 0x5f, 0x02);
    private static final Color GREY = new Color(0xb4, 0xb9, 0xc2);

    private final List<TrainingProgress> steps;
    private final double unit;
    private final XYChart chart;

    private CurvePlot(String title, List<TrainingProgress> steps) {
        this.steps = steps;
        long tokens = steps.get(steps.size() - 1).tokens();
        unit = tokens >= MILLION ? MILLION : tokens >= 10 * THOUSAND ? THOUSAND : 1;
        String x =
                unit == MILLION
                        ? "million tokens"
                        : unit == THOUSAND ? "thousand tokens" : "tokens";
        chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(x)
                        .yAxisTitle("loss")
                        .build();
        Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setChartTitleFont(plain.deriveFont((float) TITLE_SIZE));
        chart.getStyler().setAxisTitleFont(plain);
        chart.getStyler().setAxisTickLabelsFont(plain);
        chart.getStyler().setLegendFont(plain);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        chart.getStyler().setXAxisMin(0.0);
    }

    /**
     * Returns a PNG image.
     *
     * @param epochs the epochs that the steps would be if none were left out
     */
    static byte[] png(String title, int epochs, List<TrainingProgress> steps) throws IOException {
        CurvePlot plot = new CurvePlot(title, steps);
        plot.drawEpochs(epochs);
        plot.drawLoss();
        plot.drawHeldOut();
        BufferedImage image = BitmapEncoder.getBufferedImage(plot.chart);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    /** Returns the mean of each value and those around it, fewer at the ends. */
    static double[] movingMean(double[] values, int window) {
        double[] means = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int reach = Math.min(window / 2, Math.min(i, values.length - 1 - i));
            double sum = 0;
            for (int k = i - reach; k <= i + reach; k++) {
                sum += values[k];
            }
            means[i] = sum / (2 * reach + 1);
        }
        return means;
    }

    private void drawEpochs(int epochs) {
        if (epochs < 2 || epochs > MAX_EPOCH_LINES) {
            return;
        }
        double[] all = losses();
        double low = all[0];
        double high = all[0];
        for (double loss : all) {
            low = Math.min(low, loss);
            high = Math.max(high, loss);
        }
        TrainingProgress last = steps.get(steps.size() - 1);
        for (int epoch = 1; epoch < epochs; epoch++) {
            double tokens = (double) last.allTokens() * epoch / epochs;
            if (tokens > last.tokens()) {
                return;
            }
            line(
                            epoch == 1 ? "end of an epoch" : "end of epoch " + epoch,
                            new double[] {tokens / unit, tokens / unit},
                            new double[] {low, high},
                            GREY,
                            1f)
                    .setShowInLegend(epoch == 1);
        }
    }

    private void drawLoss() {
        double[] tokens = steps.stream().mapToDouble(step -> step.tokens() / unit).toArray();
        double[] losses = losses();
        int window = Math.max(1, steps.size() / STEPS_PER_MEAN);
        if (window < 3) {
            line("loss of a step", tokens, losses, BLUE, 2f);
            return;
        }
        line("loss of a step", tokens, losses, PALE, 1f);
        line(
                "mean of %d steps".formatted(window / 2 * 2 + 1),
                tokens,
                movingMean(losses, window),
                BLUE,
                2.5f);
    }

    private void drawHeldOut() {
        List<TrainingProgress> measured =
                steps.stream().filter(step -> !Double.isNaN(step.heldOutLoss())).toList();
        if (!measured.isEmpty()) {
            line(
                            "held-out loss",
                            measured.stream().mapToDouble(step -> step.tokens() / unit).toArray(),
                            measured.stream().mapToDouble(TrainingProgress::heldOutLoss).toArray(),
                            ORANGE,
                            2f)
                    .setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(ORANGE);
        }
    }

    private double[] losses() {
        return steps.stream().mapToDouble(TrainingProgress::loss).toArray();
    }

    private XYSeries line(String name, double[] x, double[] y, Color color, float width) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(width));
        return series;
    }
}
