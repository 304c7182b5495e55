package io.forestage.plot;

import io.forestage.decoder.attention.RandomFeatures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A Gaussian kernel beside its estimates by random Fourier features, each as the matrix of points
 * on a line and as the function of the distance from the middle one.
 *
 * <p><b>Source.</b> Rahimi and Recht 2007, <i>Random Features for Large-Scale Kernel Machines</i>.
 */
public final class KernelPicture implements Picture {

    /** Points from −3 to 3. */
    private static final int POINTS = 121;

    private static final double REACH = 3;
    private static final int SIDE = 220;
    private static final int GAP = 24;
    private static final int LEFT = 74;
    private static final int TOP = 92;
    private static final int RIGHT = 96;
    private static final int BETWEEN = 74;
    private static final int CURVE_HEIGHT = 150;
    private static final int BOTTOM = 78;
    private static final int SCALE_WIDTH = 16;

    /** The curves' axis, with room for estimates beyond 1. */
    private static final double HIGH = 1.5;

    private static final double LOW = -1.5;
    private static final Color EXACT = new Color(0x9a, 0x9a, 0x9a);
    private static final Color ESTIMATE = new Color(0x08, 0x51, 0x9c);

    private final ColorScale scale = new ColorScale(1);
    private final String title;
    private final List<Panel> panels = new ArrayList<>();

    /** One column of the picture. Nobody compares it. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Panel(String title, String subtitle, double[][] values) {}

    /**
     * Computes the kernel and its estimates.
     *
     * @param estimates the features of each estimate, from left to right
     */
    public KernelPicture(List<RandomFeatures> estimates) {
        title =
                "The Gaussian kernel exp(−(x − y)²/2), and its estimates by R random Fourier"
                        + " features";
        double[][] kernel = new double[POINTS][POINTS];
        for (int i = 0; i < POINTS; i++) {
            for (int j = 0; j < POINTS; j++) {
                double distance = point(i) - point(j);
                kernel[i][j] = StrictMath.exp(-distance * distance / 2);
            }
        }
        panels.add(new Panel("exact", "", kernel));
        for (RandomFeatures features : estimates) {
            double[][] estimate = products(features);
            panels.add(
                    new Panel(
                            String.format(Locale.ROOT, "R = %,d", features.count()),
                            String.format(
                                    Locale.ROOT,
                                    "root mean square error %.3f",
                                    error(estimate, kernel)),
                            estimate));
        }
    }

    private static double point(int i) {
        return REACH * (2.0 * i / (POINTS - 1) - 1);
    }

    private static double[][] products(RandomFeatures features) {
        double[][] drawn = features.draw(1, 0);
        double[][] mapped = new double[POINTS][];
        for (int i = 0; i < POINTS; i++) {
            mapped[i] = features.of(drawn, point(i));
        }
        double[][] products = new double[POINTS][POINTS];
        for (int i = 0; i < POINTS; i++) {
            for (int j = 0; j < POINTS; j++) {
                for (int r = 0; r < mapped[i].length; r++) {
                    products[i][j] += mapped[i][r] * mapped[j][r];
                }
            }
        }
        return products;
    }

    private static double error(double[][] estimate, double[][] kernel) {
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            for (int j = 0; j < POINTS; j++) {
                double difference = estimate[i][j] - kernel[i][j];
                sum += difference * difference;
            }
        }
        return Math.sqrt(sum) / POINTS;
    }

    @Override
    public int width() {
        return LEFT + panels.size() * (SIDE + GAP) - GAP + RIGHT;
    }

    @Override
    public int height() {
        return TOP + SIDE + BETWEEN + CURVE_HEIGHT + BOTTOM;
    }

    @Override
    public void paint(Graphics2D canvas) {
        Lettering text = new Lettering(canvas);
        text.size(Lettering.TITLE_SIZE).centered(title, width() / 2.0, 26);
        for (int i = 0; i < panels.size(); i++) {
            Panel panel = panels.get(i);
            int x = LEFT + i * (SIDE + GAP);
            Rectangle matrix = new Rectangle(x, TOP, SIDE, SIDE);
            Rectangle curves = new Rectangle(x, TOP + SIDE + BETWEEN, SIDE, CURVE_HEIGHT);
            text.size(Lettering.SIZE + 1).color(Color.BLACK);
            text.centered(panel.title(), matrix.getCenterX(), TOP - 32);
            text.size(Lettering.SIZE - 1).color(Color.DARK_GRAY);
            text.centered(panel.subtitle(), matrix.getCenterX(), TOP - 13);
            drawMatrix(canvas, matrix, panel.values());
            drawCurves(canvas, curves, panel.values());
            drawTicks(text, matrix, i == 0);
            drawTicks(text, curves, false);
        }
        text.size(Lettering.SIZE).color(Color.BLACK);
        int first = LEFT + (width() - LEFT - RIGHT) / 2;
        text.centered("y", first, TOP + SIDE + 36);
        text.upwards("x", 22, TOP + SIDE / 2.0);
        drawValues(text);
        drawLegend(canvas, text);
        drawScale(canvas, text);
    }

    private void drawMatrix(Graphics2D canvas, Rectangle area, double[][] values) {
        for (int i = 0; i < POINTS; i++) {
            for (int j = 0; j < POINTS; j++) {
                int x = area.x + j * area.width / POINTS;
                int y = area.y + i * area.height / POINTS;
                canvas.setColor(scale.of(values[i][j]));
                canvas.fillRect(
                        x,
                        y,
                        area.x + (j + 1) * area.width / POINTS - x,
                        area.y + (i + 1) * area.height / POINTS - y);
            }
        }
        canvas.setColor(Color.GRAY);
        canvas.drawRect(area.x, area.y, area.width, area.height);
    }

    private void drawCurves(Graphics2D canvas, Rectangle area, double[][] values) {
        canvas.setColor(new Color(0xdd, 0xdd, 0xdd));
        int zero = (int) Math.round(onCurves(area, 0));
        canvas.drawLine(area.x, zero, area.x + area.width, zero);
        canvas.setColor(Color.GRAY);
        canvas.drawRect(area.x, area.y, area.width, area.height);
        drawCurve(canvas, area, panels.get(0).values()[POINTS / 2], EXACT, 4);
        if (values != panels.get(0).values()) {
            drawCurve(canvas, area, values[POINTS / 2], ESTIMATE, 1.8f);
        }
    }

    private static void drawCurve(
            Graphics2D canvas, Rectangle area, double[] values, Color color, float width) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < POINTS; i++) {
            double x = area.x + (double) i * area.width / (POINTS - 1);
            double y = onCurves(area, Math.max(LOW, Math.min(HIGH, values[i])));
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        Graphics2D pen = (Graphics2D) canvas.create();
        pen.setColor(color);
        pen.setStroke(new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        pen.draw(path);
        pen.dispose();
    }

    private static double onCurves(Rectangle area, double value) {
        return area.getMaxY() - (value - LOW) / (HIGH - LOW) * area.height;
    }

    private static void drawTicks(Lettering text, Rectangle area, boolean alsoRows) {
        text.size(Lettering.SIZE).color(Color.BLACK);
        for (int tick = -2; tick <= 2; tick += 2) {
            double share = (tick + REACH) / (2 * REACH);
            String number = Lettering.number(tick).replace('-', '−');
            text.centered(number, area.x + share * area.width, area.getMaxY() + Lettering.SIZE);
            if (alsoRows) {
                text.endingAt(number, area.x - 7.0, area.y + share * area.height);
            }
        }
    }

    private void drawValues(Lettering text) {
        Rectangle first = new Rectangle(LEFT, TOP + SIDE + BETWEEN, SIDE, CURVE_HEIGHT);
        text.size(Lettering.SIZE).color(Color.BLACK);
        for (int tick = -1; tick <= 1; tick++) {
            text.endingAt(
                    Integer.toString(tick).replace('-', '−'), first.x - 7.0, onCurves(first, tick));
        }
        text.upwards("k(0, y)", 22, first.getCenterY());
    }

    private void drawLegend(Graphics2D canvas, Lettering text) {
        int y = height() - 22;
        int x = width() / 2 - 130;
        canvas.setColor(EXACT);
        canvas.fillRect(x, y - 2, 34, 4);
        canvas.setColor(ESTIMATE);
        canvas.fillRect(x + 150, y - 1, 34, 2);
        text.size(Lettering.SIZE).color(Color.BLACK);
        text.at("exact", x + 42.0, y);
        text.at("estimate", x + 192.0, y);
    }

    private void drawScale(Graphics2D canvas, Lettering text) {
        int x = width() - RIGHT + 22;
        for (int y = 0; y < SIDE; y++) {
            canvas.setColor(scale.of(1 - 2 * (y + 0.5) / SIDE));
            canvas.fillRect(x, TOP + y, SCALE_WIDTH, 1);
        }
        canvas.setColor(Color.GRAY);
        canvas.drawRect(x, TOP, SCALE_WIDTH, SIDE);
        text.size(Lettering.SIZE).color(Color.BLACK);
        for (int i = -2; i <= 2; i++) {
            text.at(
                    Lettering.number(i / 2.0).replace('-', '−'),
                    x + SCALE_WIDTH + 5.0,
                    TOP + SIDE / 2.0 - i * SIDE / 4.0);
        }
    }
}
