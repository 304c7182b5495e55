package io.forestage.words;

/** Cosines and distances, in float64. */
final class Geometry {

    static final double MIN_NORM = 1e-12;

    private Geometry() {}

    static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    static double norm(double[] vector) {
        return Math.sqrt(dot(vector, vector));
    }

    /** Returns the cosine; 0 if a vector is zero. */
    static double cosine(double[] one, double[] other) {
        double norms = Math.max(norm(one), MIN_NORM) * Math.max(norm(other), MIN_NORM);
        return Math.max(-1, Math.min(1, dot(one, other) / norms));
    }

    static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }

    /** Adds a vector, scaled to length 1 and by a sign. */
    static void addUnit(double[] sum, double[] vector, int sign) {
        double scale = sign / Math.max(norm(vector), MIN_NORM);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += scale * vector[i];
        }
    }
}
