package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.training.TrainingProgress;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The picture of a curve: steps, their mean, the ends of epochs, the held-out loss. */
class CurveChartTest {

    private static final int PALE = 0xb5d0e8;
    private static final int BLUE = 0x08519c;
    private static final int ORANGE = 0xd95f02;
    private static final int GREY = 0xb4b9c2;

    @BeforeAll
    static void withoutAScreen() {
        System.setProperty("java.awt.headless", "true");
    }

    @Test
    void aMovingMeanHasFewerValuesAtTheEnds() {
        double[] values = {1, 3, 8, 0, 3};
        assertThat(CurvePlot.movingMean(values, 3)).containsExactly(1, 4, 11 / 3.0, 11 / 3.0, 3);
        assertThat(CurvePlot.movingMean(values, 5)).containsExactly(1, 4, 3, 11 / 3.0, 3);
    }

    @Test
    void allSeriesAreDrawn() throws IOException {
        List<Integer> colors = colors(CurvePlot.png("lm", 4, steps(200, true)));
        assertThat(colors).contains(PALE, BLUE, ORANGE, GREY);
    }

    @Test
    void fewStepsOfOneEpochAreOneLine() throws IOException {
        List<Integer> colors = colors(CurvePlot.png("lm", 1, steps(5, false)));
        assertThat(colors).contains(BLUE).doesNotContain(PALE, ORANGE, GREY);
    }

    private static List<TrainingProgress> steps(int count, boolean measured) {
        List<TrainingProgress> steps = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            steps.add(
                    new TrainingProgress(
                            i,
                            count,
                            i * 100_000L,
                            count * 100_000L,
                            3 + 1.0 / i + 0.2 * (i % 2),
                            0.1,
                            Duration.ZERO,
                            1,
                            measured && i % 50 == 0 ? 3.5 : Double.NaN));
        }
        return steps;
    }

    private static List<Integer> colors(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        return IntStream.of(
                        image.getRGB(
                                0,
                                0,
                                image.getWidth(),
                                image.getHeight(),
                                null,
                                0,
                                image.getWidth()))
                .map(color -> color & 0xffffff)
                .distinct()
                .boxed()
                .toList();
    }
}
