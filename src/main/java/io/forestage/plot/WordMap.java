package io.forestage.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Words as points in two dimensions. Each name stands beside its point, where it covers no other
 * name and no point; one that must stand farther away has a line to its point.
 *
 * @param title the title
 * @param words the names
 * @param axes the points
 */
public record WordMap(String title, List<String> words, PrincipalAxes axes) implements Picture {

    private static final int LEFT = 66;
    private static final int TOP = 52;
    private static final int RIGHT = 24;
    private static final int BOTTOM = 58;
    private static final int TICKS = 8;
    private static final double POINT = 7;
    private static final int GAP = 4;
    private static final int MAX_LABEL = 180;
    private static final Color BLUE = new Color(0x08, 0x51, 0x9c);
    private static final Color GRID = new Color(0xe4, 0xe4, 0xe4);

    /** Copies the list. */
    public WordMap {
        words = List.copyOf(words);
    }

    @Override
    public void paint(Graphics2D canvas) {
        Lettering text = new Lettering(canvas);
        text.size(Lettering.TITLE_SIZE).centered(title, width() / 2.0, TOP / 2.0);
        text.size(Lettering.SIZE);
        Rectangle2D area =
                new Rectangle2D.Double(
                        LEFT, TOP, width() - LEFT - RIGHT, (double) height() - TOP - BOTTOM);
        Scale scale = Scale.of(axes.points(), area);
        drawGrid(canvas, text, area, scale);
        List<Rectangle2D> taken = new ArrayList<>();
        for (double[] point : axes.points()) {
            taken.add(around(scale.x(point[0]), scale.y(point[1])));
        }
        for (int i = 0; i < words.size(); i++) {
            drawLabel(canvas, text, area, taken, i);
        }
        for (int i = 0; i < words.size(); i++) {
            Rectangle2D point = taken.get(i);
            canvas.setColor(BLUE);
            canvas.fill(new Ellipse2D.Double(point.getX(), point.getY(), POINT, POINT));
        }
    }

    private void drawGrid(Graphics2D canvas, Lettering text, Rectangle2D area, Scale scale) {
        canvas.setStroke(new BasicStroke(1f));
        double step = Ticks.step(scale.units(area.getWidth()), TICKS);
        for (double tick : Ticks.between(scale.atX(area.getX()), scale.atX(area.getMaxX()), step)) {
            double x = scale.x(tick);
            canvas.setColor(GRID);
            canvas.draw(new Line2D.Double(x, area.getY(), x, area.getMaxY()));
            text.color(Color.DARK_GRAY)
                    .centered(Lettering.number(tick), x, area.getMaxY() + Lettering.SIZE);
        }
        for (double tick : Ticks.between(scale.atY(area.getMaxY()), scale.atY(area.getY()), step)) {
            double y = scale.y(tick);
            canvas.setColor(GRID);
            canvas.draw(new Line2D.Double(area.getX(), y, area.getMaxX(), y));
            text.color(Color.DARK_GRAY).endingAt(Lettering.number(tick), area.getX() - 6, y);
        }
        text.color(Color.BLACK);
        text.centered(axis("first", 0), area.getCenterX(), area.getMaxY() + 36);
        text.upwards(axis("second", 1), 16, area.getCenterY());
    }

    private String axis(String number, int index) {
        return String.format(
                Locale.ROOT,
                "%s principal axis (%.0f %% of the variance)",
                number,
                100 * axes.shares()[index]);
    }

    private void drawLabel(
            Graphics2D canvas,
            Lettering text,
            Rectangle2D area,
            List<Rectangle2D> taken,
            int word) {
        Rectangle2D point = taken.get(word);
        String label = text.cut(words.get(word), MAX_LABEL);
        double width = text.width(label);
        double height = Lettering.SIZE + 2.0;
        for (double distance = GAP; ; distance += GAP) {
            for (int direction = 0; direction < 16; direction++) {
                Rectangle2D box = box(point, width, height, distance, direction);
                boolean isLast = distance > area.getWidth();
                if (isLast || (area.contains(box) && taken.stream().noneMatch(box::intersects))) {
                    taken.add(box);
                    if (distance > 3 * GAP) {
                        canvas.setColor(Color.GRAY);
                        canvas.draw(
                                new Line2D.Double(
                                        point.getCenterX(),
                                        point.getCenterY(),
                                        nearest(point.getCenterX(), box.getX(), box.getMaxX()),
                                        nearest(point.getCenterY(), box.getY(), box.getMaxY())));
                    }
                    text.color(Color.BLACK).at(label, box.getX(), box.getCenterY());
                    return;
                }
            }
        }
    }

    /** Returns a label's place in one of 16 directions from its point, to the right at first. */
    private static Rectangle2D box(
            Rectangle2D point, double width, double height, double distance, int direction) {
        int turned = (direction % 2 == 0 ? 1 : -1) * ((direction + 1) / 2);
        double angle = turned * Math.PI / 8;
        double x = point.getCenterX() + Math.cos(angle) * (distance + POINT / 2 + width / 2);
        double y = point.getCenterY() + Math.sin(angle) * (distance + POINT / 2 + height / 2);
        return new Rectangle2D.Double(x - width / 2, y - height / 2, width, height);
    }

    private static double nearest(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }

    private static Rectangle2D around(double x, double y) {
        return new Rectangle2D.Double(x - POINT / 2, y - POINT / 2, POINT, POINT);
    }

    /** Maps both axes alike, so that distances stay true. */
    private record Scale(
            double pixels, double middleX, double middleY, double centerX, double centerY) {

        private static final double MARGIN = 1.25;

        static Scale of(double[][] points, Rectangle2D area) {
            double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
            double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
            for (double[] point : points) {
                for (int axis = 0; axis < 2; axis++) {
                    low[axis] = Math.min(low[axis], point[axis]);
                    high[axis] = Math.max(high[axis], point[axis]);
                }
            }
            double units =
                    Math.max(
                            (high[0] - low[0]) / area.getWidth(),
                            (high[1] - low[1]) / area.getHeight());
            return new Scale(
                    units > 0 ? 1 / (units * MARGIN) : 1,
                    (low[0] + high[0]) / 2,
                    (low[1] + high[1]) / 2,
                    area.getCenterX(),
                    area.getCenterY());
        }

        /** Returns how much of an axis a number of pixels is. */
        double units(double count) {
            return count / pixels;
        }

        double x(double value) {
            return centerX + (value - middleX) * pixels;
        }

        double y(double value) {
            return centerY - (value - middleY) * pixels;
        }

        double atX(double x) {
            return middleX + (x - centerX) / pixels;
        }

        double atY(double y) {
            return middleY - (y - centerY) / pixels;
        }
    }
}
