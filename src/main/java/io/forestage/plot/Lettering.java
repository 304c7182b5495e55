package io.forestage.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.util.Locale;

/** Writes on a canvas. */
final class Lettering {

    static final int SIZE = 13;
    static final int TITLE_SIZE = 16;

    private static final String ELLIPSIS = "…";

    private final Graphics2D canvas;

    Lettering(Graphics2D canvas) {
        this.canvas = canvas;
        size(SIZE);
        canvas.setColor(Color.BLACK);
    }

    Lettering size(int size) {
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
        return this;
    }

    Lettering color(Color color) {
        canvas.setColor(color);
        return this;
    }

    int width(String text) {
        return metrics().stringWidth(text);
    }

    int height() {
        return metrics().getAscent();
    }

    /** Writes a text whose middle is at x and whose vertical middle is at y. */
    void centered(String text, double x, double y) {
        at(text, x - width(text) / 2.0, y);
    }

    /** Writes a text that ends at x. */
    void endingAt(String text, double x, double y) {
        at(text, x - width(text), y);
    }

    /** Writes a text that begins at x. */
    void at(String text, double x, double y) {
        canvas.drawString(text, (float) x, (float) (y + 0.36 * canvas.getFont().getSize()));
    }

    /** Writes a text upwards, its middle at x and y. */
    void upwards(String text, double x, double y) {
        turned(text, x, y, -Math.PI / 2, width(text) / 2.0);
    }

    /** Writes a text that rises to its end at x and y. */
    void falling(String text, double x, double y) {
        turned(text, x, y, -Math.PI / 4, width(text));
    }

    /** Cuts a text to a width, with an ellipsis at its end. */
    String cut(String text, int width) {
        String cut = text;
        while (!cut.isEmpty() && width(cut.equals(text) ? text : cut + ELLIPSIS) > width) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut.equals(text) ? text : cut + ELLIPSIS;
    }

    /** Returns a number as people write it on an axis. */
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e7) {
            return Long.toString((long) value);
        }
        return String.format(Locale.ROOT, "%.3g", value)
                .replaceAll("(\\.\\d*?)0+$", "$1")
                .replaceAll("\\.$", "");
    }

    private void turned(String text, double x, double y, double angle, double before) {
        Graphics2D turned = (Graphics2D) canvas.create();
        turned.rotate(angle, x, y);
        turned.drawString(
                text, (float) (x - before), (float) (y + 0.36 * canvas.getFont().getSize()));
        turned.dispose();
    }

    private FontMetrics metrics() {
        return canvas.getFontMetrics();
    }
}
