package io.forestage.plot;

import java.awt.Color;

/**
 * Colours of the values from −limit to limit: blue below 0, white at 0, orange above. People who do
 * not tell red from green tell these apart, and in grey they still show how far a value is from 0.
 */
final class ColorScale {

    private static final Color LOW = new Color(0x08, 0x3c, 0x7d);
    private static final Color LOW_MIDDLE = new Color(0x6b, 0xae, 0xd6);
    private static final Color ZERO = Color.WHITE;
    private static final Color HIGH_MIDDLE = new Color(0xfd, 0xae, 0x6b);
    private static final Color HIGH = new Color(0xa6, 0x36, 0x03);

    private static final Color[] STOPS = {LOW, LOW_MIDDLE, ZERO, HIGH_MIDDLE, HIGH};

    private final double limit;

    ColorScale(double limit) {
        this.limit = limit > 0 ? limit : 1;
    }

    double limit() {
        return limit;
    }

    /** Returns a value's colour; grey for NaN. */
    Color of(double value) {
        if (Double.isNaN(value)) {
            return Color.LIGHT_GRAY;
        }
        double share = (Math.max(-limit, Math.min(limit, value)) / limit + 1) / 2;
        double place = share * (STOPS.length - 1);
        int stop = Math.min(STOPS.length - 2, (int) place);
        double between = place - stop;
        return new Color(
                mixed(STOPS[stop].getRed(), STOPS[stop + 1].getRed(), between),
                mixed(STOPS[stop].getGreen(), STOPS[stop + 1].getGreen(), between),
                mixed(STOPS[stop].getBlue(), STOPS[stop + 1].getBlue(), between));
    }

    /** Returns black or white, whichever is readable on a value's colour. */
    Color textOn(double value) {
        Color color = of(value);
        double light = 0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue();
        return light > 140 ? Color.BLACK : Color.WHITE;
    }

    private static int mixed(int one, int other, double share) {
        return (int) Math.round(one + share * (other - one));
    }
}
