package io.forestage.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Time over the size of the work, and peak memory below it, both on logarithmic axes. A dashed line
 * beside each curve has the slope that the work itself has.
 */
public final class GrowthPicture implements Picture {

    private static final int LEFT = 74;
    private static final int RIGHT = 190;
    private static final int TOP = 46;
    private static final int TIME_HEIGHT = 330;
    private static final int BETWEEN = 26;
    private static final int MEMORY_HEIGHT = 170;
    private static final int BOTTOM = 56;
    private static final double MARKER = 6;

    /** The room beyond the first and the last value, as a share of the axis. */
    private static final double MARGIN = 0.04;

    /** A decade with more pixels has numbers between powers of ten. */
    private static final double WIDE_DECADE = 40;

    /** From here on, powers of ten alone are enough. */
    private static final double MANY_DECADES = 2.5;

    private static final int[] BETWEEN_POWERS = {1, 2, 5};

    private static final List<Color> COLORS =
            List.of(
                    new Color(0x08, 0x51, 0x9c),
                    new Color(0x1b, 0x9e, 0x77),
                    new Color(0xd9, 0x5f, 0x02),
                    new Color(0x75, 0x70, 0xb3),
                    new Color(0xc5, 0x1b, 0x7d));
    private static final Color GRID = new Color(0xe4, 0xe4, 0xe4);

    private final String title;
    private final String axis;
    private final double idealSlope;
    private final List<Line> lines;

    /**
     * One kind of work. Nobody compares it.
     *
     * @param name its name
     * @param note what stands below the name
     * @param xs the sizes, ascending
     * @param millis the time at each size
     * @param fastest the shortest time of a process at each size
     * @param slowest the longest
     * @param megabytes the memory at each size
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Line(
            String name,
            String note,
            double[] xs,
            double[] millis,
            double[] fastest,
            double[] slowest,
            double[] megabytes) {}

    /** A logarithmic axis from {@code low} at {@code begin} to {@code high} at {@code end}. */
    private record Scale(double low, double high, double begin, double end) {

        static Scale of(DoubleStream values, double begin, double end) {
            double[] sorted = values.sorted().toArray();
            double low = Math.log10(sorted[0]);
            double high = Math.log10(sorted[sorted.length - 1]);
            double room = Math.max(0.1, (high - low) * MARGIN);
            return new Scale(low - room, high + room, begin, end);
        }

        double at(double value) {
            return begin + (Math.log10(value) - low) / (high - low) * (end - begin);
        }

        /** Returns powers of ten, and on a short axis also numbers between them. */
        List<Double> ticks() {
            boolean isWide =
                    high - low < MANY_DECADES && Math.abs(end - begin) / (high - low) > WIDE_DECADE;
            List<Double> ticks = new ArrayList<>();
            for (int power = (int) Math.floor(low); power <= high; power++) {
                for (int digit : BETWEEN_POWERS) {
                    double tick = digit * Math.pow(10, power);
                    boolean isInside = Math.log10(tick) >= low && Math.log10(tick) <= high;
                    if (isInside && (digit == 1 || isWide)) {
                        ticks.add(tick);
                    }
                }
            }
            return ticks;
        }
    }

    /**
     * Makes a picture.
     *
     * @param title the title
     * @param axis what the sizes count
     * @param idealSlope the slope of the dashed lines
     * @param lines at least one
     */
    public GrowthPicture(String title, String axis, double idealSlope, List<Line> lines) {
        this.title = title;
        this.axis = axis;
        this.idealSlope = idealSlope;
        this.lines = List.copyOf(lines);
    }

    /**
     * Returns a number as on the axes: large powers of ten as powers.
     *
     * @param value a positive number
     */
    public static String number(double value) {
        int power = (int) Math.floor(Math.log10(value) + 1e-9);
        if (power < 4) {
            return Lettering.number(value);
        }
        String factor = Lettering.number(value / Math.pow(10, power));
        return (factor.equals("1") ? "" : factor + "·")
                + "10"
                + Integer.toString(power)
                        .chars()
                        .map(GrowthPicture::superscript)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append);
    }

    private static int superscript(int digit) {
        return switch (digit) {
            case '1' -> '¹';
            case '2' -> '²';
            case '3' -> '³';
            default -> '⁰' + digit - '0';
        };
    }

    @Override
    public int height() {
        return TOP + TIME_HEIGHT + BETWEEN + MEMORY_HEIGHT + BOTTOM;
    }

    @Override
    public void paint(Graphics2D canvas) {
        Lettering text = new Lettering(canvas);
        int width = width() - LEFT - RIGHT;
        Rectangle times = new Rectangle(LEFT, TOP, width, TIME_HEIGHT);
        Rectangle memory = new Rectangle(LEFT, TOP + TIME_HEIGHT + BETWEEN, width, MEMORY_HEIGHT);
        text.size(Lettering.TITLE_SIZE).centered(title, times.getCenterX(), TOP / 2.0);
        Scale x = Scale.of(values(Line::xs), LEFT, times.getMaxX());
        Scale millis =
                Scale.of(
                        DoubleStream.concat(values(Line::fastest), values(Line::slowest)),
                        times.getMaxY(),
                        times.y);
        Scale megabytes = Scale.of(values(Line::megabytes), memory.getMaxY(), memory.y);
        frame(canvas, text, times, x, millis);
        frame(canvas, text, memory, x, megabytes);
        text.size(Lettering.SIZE).color(Color.BLACK);
        text.upwards("time, ms", 18, times.getCenterY());
        text.upwards("peak memory, MB", 18, memory.getCenterY());
        xTicks(text, memory, x);
        text.centered(axis, memory.getCenterX(), memory.getMaxY() + 40);
        text.size(Lettering.SIZE - 1).color(Color.DARK_GRAY);
        text.at("slope: over the upper half", memory.getMaxX() + 14, memory.getMaxY() + 23);
        text.at(
                "dashed: slope " + Lettering.number(idealSlope).replace('-', '−'),
                memory.getMaxX() + 14,
                memory.getMaxY() + 40);
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            Color color = COLORS.get(i % COLORS.size());
            ideal(canvas, times, x, millis, line, color);
            for (int k = 0; k < line.xs().length; k++) {
                double at = x.at(line.xs()[k]);
                canvas.draw(
                        new Line2D.Double(
                                at,
                                millis.at(line.fastest()[k]),
                                at,
                                millis.at(line.slowest()[k])));
            }
            curve(canvas, x, millis, line.xs(), line.millis());
            curve(canvas, x, megabytes, line.xs(), line.megabytes());
        }
        labels(canvas, text, times, x, millis, true);
        labels(canvas, text, memory, x, megabytes, false);
    }

    private DoubleStream values(java.util.function.Function<Line, double[]> part) {
        return lines.stream().flatMapToDouble(line -> DoubleStream.of(part.apply(line)));
    }

    private static void frame(Graphics2D canvas, Lettering text, Rectangle area, Scale x, Scale y) {
        canvas.setStroke(new BasicStroke(1));
        for (double tick : y.ticks()) {
            canvas.setColor(GRID);
            canvas.draw(new Line2D.Double(area.x, y.at(tick), area.getMaxX(), y.at(tick)));
            text.size(Lettering.SIZE).color(Color.BLACK);
            text.endingAt(number(tick), area.x - 7.0, y.at(tick));
        }
        canvas.setColor(GRID);
        for (double tick : x.ticks()) {
            canvas.draw(new Line2D.Double(x.at(tick), area.y, x.at(tick), area.getMaxY()));
        }
        canvas.setColor(Color.GRAY);
        canvas.draw(area);
    }

    /** Writes the sizes themselves where they have room, else powers of ten. */
    private void xTicks(Lettering text, Rectangle area, Scale x) {
        double[] sizes = values(Line::xs).distinct().sorted().toArray();
        double[] ticks =
                DoubleStream.of(sizes).filter(size -> x.high() - x.low() < MANY_DECADES).toArray();
        if (ticks.length == 0) {
            ticks = x.ticks().stream().mapToDouble(Double::doubleValue).toArray();
        }
        for (double tick : ticks) {
            text.centered(number(tick), x.at(tick), area.getMaxY() + Lettering.SIZE + 3);
        }
    }

    /** Draws the dashed line, through the largest size where times grow, else the smallest. */
    private void ideal(
            Graphics2D canvas, Rectangle area, Scale x, Scale y, Line line, Color color) {
        int anchor = idealSlope > 0 ? line.xs().length - 1 : 0;
        double first = line.xs()[0];
        double last = line.xs()[line.xs().length - 1];
        Shape clip = canvas.getClip();
        canvas.clip(area);
        canvas.setColor(pale(color));
        canvas.setStroke(
                new BasicStroke(
                        1.2f,
                        BasicStroke.CAP_BUTT,
                        BasicStroke.JOIN_ROUND,
                        1,
                        new float[] {5, 4},
                        0));
        double known = line.millis()[anchor];
        double size = line.xs()[anchor];
        canvas.draw(
                new Line2D.Double(
                        x.at(first),
                        y.at(known * Math.pow(first / size, idealSlope)),
                        x.at(last),
                        y.at(known * Math.pow(last / size, idealSlope))));
        canvas.setClip(clip);
        canvas.setColor(color);
        canvas.setStroke(new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    }

    private static void curve(Graphics2D canvas, Scale x, Scale y, double[] xs, double[] ys) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < xs.length; i++) {
            if (i == 0) {
                path.moveTo(x.at(xs[i]), y.at(ys[i]));
            } else {
                path.lineTo(x.at(xs[i]), y.at(ys[i]));
            }
            canvas.fill(
                    new Ellipse2D.Double(
                            x.at(xs[i]) - MARKER / 2, y.at(ys[i]) - MARKER / 2, MARKER, MARKER));
        }
        canvas.draw(path);
    }

    /** Writes the names beside the ends of the lines, apart from each other. */
    private void labels(
            Graphics2D canvas, Lettering text, Rectangle area, Scale x, Scale y, boolean hasNotes) {
        List<Line> order = new ArrayList<>(lines);
        order.sort(Comparator.comparingDouble(line -> y.at(end(line, hasNotes))));
        double step = hasNotes ? 2 * Lettering.SIZE + 8.0 : Lettering.SIZE + 4.0;
        double[] places = new double[order.size()];
        for (int i = 0; i < places.length; i++) {
            double wanted = y.at(end(order.get(i), hasNotes));
            places[i] = i == 0 ? wanted : Math.max(wanted, places[i - 1] + step);
        }
        // From below: the last one stays in the panel, and those above make room.
        double limit = area.getMaxY() - step / 2 + (hasNotes ? 0 : 4);
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = Math.max(Math.min(places[i], limit), area.y + i * step);
            limit = places[i] - step;
        }
        for (int i = 0; i < places.length; i++) {
            Line line = order.get(i);
            double last = x.at(line.xs()[line.xs().length - 1]) + MARKER;
            double begin = area.getMaxX() + 14;
            Color color = COLORS.get(lines.indexOf(line) % COLORS.size());
            canvas.setStroke(new BasicStroke(0.8f));
            canvas.setColor(pale(color));
            canvas.draw(new Line2D.Double(last, y.at(end(line, hasNotes)), begin - 3, places[i]));
            text.size(Lettering.SIZE).color(color).at(line.name(), begin, places[i]);
            if (hasNotes) {
                text.size(Lettering.SIZE - 1)
                        .color(Color.DARK_GRAY)
                        .at(line.note(), begin, places[i] + Lettering.SIZE + 3);
            }
        }
    }

    private static double end(Line line, boolean isTime) {
        double[] values = isTime ? line.millis() : line.megabytes();
        return values[values.length - 1];
    }

    private static Color pale(Color color) {
        return new Color(
                (color.getRed() + 2 * 255) / 3,
                (color.getGreen() + 2 * 255) / 3,
                (color.getBlue() + 2 * 255) / 3);
    }
}
