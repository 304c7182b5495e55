package io.forestage.training;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the loss of a training over the tokens that it has seen. */
final class CurvePlot {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;
    private static final double MILLION = 1e6;

    private CurvePlot() {}

    /** A PNG image. */
    static byte[] png(String title, List<TrainingProgress> steps) throws IOException {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle("million tokens")
                        .yAxisTitle("loss")
                        .build();
        List<TrainingProgress> measured =
                steps.stream().filter(step -> !Double.isNaN(step.heldOutLoss())).toList();
        chart.getStyler().setLegendVisible(!measured.isEmpty());
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.addSeries(
                        "loss",
                        steps.stream().mapToDouble(step -> step.tokens() / MILLION).toArray(),
                        steps.stream().mapToDouble(TrainingProgress::loss).toArray())
                .setMarker(SeriesMarkers.NONE);
        if (!measured.isEmpty()) {
            chart.addSeries(
                    "held-out loss",
                    measured.stream().mapToDouble(step -> step.tokens() / MILLION).toArray(),
                    measured.stream().mapToDouble(TrainingProgress::heldOutLoss).toArray());
        }
        BufferedImage image = BitmapEncoder.getBufferedImage(chart);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}
