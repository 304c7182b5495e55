package io.forestage.nn;

/** The rows of a sinusoid in double, the same on every machine. */
final class Sinusoid {

    private final SinusoidOptions options;
    private final SinusoidFrequencies frequencies;

    Sinusoid(SinusoidOptions options) {
        this.options = options;
        SinusoidLayout layout = options.layout();
        int width = options.width();
        frequencies =
                new SinusoidFrequencies(layout.pairs(width), layout.divisor(width), options.base());
    }

    int width() {
        return options.width();
    }

    /**
     * Writes the row of a position. A column that the layout leaves empty is not written.
     *
     * @param position the position, at least 0
     * @param row D values
     */
    void fill(long position, double[] row) {
        SinusoidLayout layout = options.layout();
        double number = position + options.start();
        for (int pair = 0; pair < frequencies.count(); pair++) {
            double frequency = frequencies.high(pair);
            double angle = number * frequency;
            // What rounding took from the angle, which for a large position is more than the last
            // place of its sine: sin(a + r) = sin a + r cos a, as r² is below a double's precision.
            double rest = Math.fma(number, frequency, -angle) + number * frequencies.low(pair);
            double sine = StrictMath.sin(angle);
            double cosine = StrictMath.cos(angle);
            row[layout.sineColumn(pair)] = options.scale() * (sine + rest * cosine);
            int cosineColumn = layout.cosineColumn(pair, row.length);
            if (cosineColumn < row.length) {
                row[cosineColumn] = options.scale() * (cosine - rest * sine);
            }
        }
    }
}
