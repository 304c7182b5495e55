package io.forestage.plot;

import io.forestage.support.OptionCheck;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/**
 * A matrix as colours, with a scale beside it: blue below 0, white at 0, orange above.
 *
 * @param title the title
 * @param rowAxis what the rows are
 * @param columnAxis what the columns are
 * @param values the matrix; all rows have the same length
 * @param labels the names of rows and columns alike, of a square matrix, whose cells then have
 *     their numbers; empty for numbered axes
 * @param limit the value of the last colours, below 0 and above
 */
// A picture that is drawn once and that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record HeatMap(
        String title,
        String rowAxis,
        String columnAxis,
        double[][] values,
        List<String> labels,
        double limit)
        implements Picture {

    private static final int LEFT = 78;
    private static final int TOP = 52;
    private static final int RIGHT = 96;
    private static final int BOTTOM = 62;
    private static final int LABEL_ROOM = 132;
    private static final int SCALE_WIDTH = 16;
    private static final int TICKS = 8;
    private static final int MIN_NUMBERED_CELL = 24;
    private static final int MIN_LABELED_CELL = 9;

    /**
     * Checks the matrix.
     *
     * @throws IllegalArgumentException if it is empty, or the labels do not fit it
     */
    public HeatMap {
        OptionCheck.require(
                "values",
                "a matrix of at least one row and column",
                values.length,
                values.length > 0 && values[0].length > 0);
        labels = List.copyOf(labels);
        OptionCheck.require(
                "labels",
                "none or one for each of %d rows and %d columns"
                        .formatted(values.length, values[0].length),
                labels.size(),
                labels.isEmpty()
                        || (labels.size() == values.length && labels.size() == values[0].length));
    }

    /** Returns the largest absolute value, which makes a scale that all values fit. */
    public static double largest(double[][] values) {
        double largest = 0;
        for (double[] row : values) {
            for (double value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    @Override
    public void paint(Graphics2D canvas) {
        ColorScale scale = new ColorScale(limit);
        Lettering text = new Lettering(canvas);
        Rectangle area = area();
        text.size(Lettering.TITLE_SIZE).centered(title, width() / 2.0, TOP / 2.0);
        text.size(Lettering.SIZE);
        drawCells(canvas, area, scale);
        canvas.setColor(Color.GRAY);
        canvas.drawRect(area.x, area.y, area.width, area.height);
        if (labels.isEmpty()) {
            drawTicks(text, area);
        } else {
            drawLabels(text, area, scale);
        }
        drawScale(canvas, text, area, scale);
    }

    private Rectangle area() {
        if (labels.isEmpty()) {
            return new Rectangle(LEFT, TOP, width() - LEFT - RIGHT, height() - TOP - BOTTOM);
        }
        int side = Math.min(width() - LABEL_ROOM - RIGHT, height() - TOP - LABEL_ROOM + 20);
        int left = LABEL_ROOM + (width() - LABEL_ROOM - RIGHT - side) / 2;
        return new Rectangle(left, TOP, side, side);
    }

    private void drawCells(Graphics2D canvas, Rectangle area, ColorScale scale) {
        if (values.length * (long) values[0].length > 10_000) {
            drawImage(canvas, area, scale);
            return;
        }
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values[0].length; j++) {
                Rectangle cell = cell(area, i, j);
                canvas.setColor(scale.of(values[i][j]));
                canvas.fillRect(cell.x, cell.y, cell.width, cell.height);
            }
        }
    }

    /** Draws one value for each pixel: the value of the pixel's middle. */
    private void drawImage(Graphics2D canvas, Rectangle area, ColorScale scale) {
        BufferedImage image =
                new BufferedImage(area.width, area.height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < area.height; y++) {
            double[] row = values[(int) ((y + 0.5) * values.length / area.height)];
            for (int x = 0; x < area.width; x++) {
                double value = row[(int) ((x + 0.5) * row.length / area.width)];
                image.setRGB(x, y, scale.of(value).getRGB());
            }
        }
        canvas.drawImage(image, area.x, area.y, null);
    }

    private Rectangle cell(Rectangle area, int row, int column) {
        int x = area.x + column * area.width / values[0].length;
        int y = area.y + row * area.height / values.length;
        int right = area.x + (column + 1) * area.width / values[0].length;
        int bottom = area.y + (row + 1) * area.height / values.length;
        return new Rectangle(x, y, right - x, bottom - y);
    }

    private void drawTicks(Lettering text, Rectangle area) {
        for (int column : Ticks.of(values[0].length, TICKS)) {
            Rectangle cell = cell(area, 0, column);
            text.color(Color.BLACK)
                    .centered(
                            Integer.toString(column),
                            cell.getCenterX(),
                            area.getMaxY() + Lettering.SIZE);
        }
        for (int row : Ticks.of(values.length, TICKS)) {
            text.endingAt(Integer.toString(row), area.x - 6.0, cell(area, row, 0).getCenterY());
        }
        text.centered(columnAxis, area.getCenterX(), area.getMaxY() + 38);
        text.upwards(rowAxis, 20, area.getCenterY());
    }

    private void drawLabels(Lettering text, Rectangle area, ColorScale scale) {
        Rectangle first = cell(area, 0, 0);
        int size = Math.max(7, Math.min(Lettering.SIZE, first.height));
        int every = Math.max(1, (int) Math.ceil((double) MIN_LABELED_CELL / first.height));
        for (int i = 0; i < labels.size(); i += every) {
            Rectangle cell = cell(area, i, i);
            text.size(size).color(Color.BLACK);
            String label = text.cut(labels.get(i), LABEL_ROOM - 30);
            text.endingAt(label, area.x - 8.0, cell.getCenterY());
            if (first.width > 70) {
                text.centered(label, cell.getCenterX(), area.getMaxY() + Lettering.SIZE + 2);
            } else {
                String low = text.cut(labels.get(i), 120);
                text.falling(low, cell.getCenterX(), area.getMaxY() + 10);
            }
        }
        if (first.width < MIN_NUMBERED_CELL) {
            return;
        }
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values.length; j++) {
                Rectangle cell = cell(area, i, j);
                text.size(Math.min(Lettering.SIZE, first.width * 2 / 5))
                        .color(scale.textOn(values[i][j]))
                        .centered(
                                String.format(Locale.ROOT, "%.2f", values[i][j]),
                                cell.getCenterX(),
                                cell.getCenterY());
            }
        }
    }

    private void drawScale(Graphics2D canvas, Lettering text, Rectangle area, ColorScale scale) {
        int x = (int) area.getMaxX() + 22;
        for (int y = 0; y < area.height; y++) {
            canvas.setColor(scale.of(scale.limit() * (1 - 2 * (y + 0.5) / area.height)));
            canvas.fillRect(x, area.y + y, SCALE_WIDTH, 1);
        }
        canvas.setColor(Color.GRAY);
        canvas.drawRect(x, area.y, SCALE_WIDTH, area.height);
        text.size(Lettering.SIZE).color(Color.BLACK);
        for (int i = -2; i <= 2; i++) {
            text.at(
                    Lettering.number(scale.limit() * i / 2),
                    x + SCALE_WIDTH + 5.0,
                    area.getCenterY() - i * area.height / 4.0);
        }
    }
}
