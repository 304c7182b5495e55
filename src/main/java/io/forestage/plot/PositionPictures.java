package io.forestage.plot;

import io.forestage.nn.SinusoidalPositionalEmbedding;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TableNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Heat maps of position vectors.
 *
 * @param cosines whether to draw the cosines of the vectors instead of their values
 */
public record PositionPictures(boolean cosines) {

    /** Of the absolute values: a few larger ones would make all others pale. */
    private static final double SHOWN = 0.95;

    /**
     * Reads a model's learned position vectors.
     *
     * @param model a model folder or a weight file
     * @param names the tensors' names
     * @param most how many to read at most; null for all
     * @return the vectors; none if the model has no learned positions
     * @throws IOException if they cannot be read
     */
    public static double[][] learned(Path model, TableNames names, @Nullable Integer most)
            throws IOException {
        List<double[]> rows = new ArrayList<>();
        ModelTable.read(
                model,
                names,
                Gpt2Table.WPE,
                row -> {
                    if (most == null || rows.size() < most) {
                        double[] copy = new double[row.length];
                        for (int i = 0; i < row.length; i++) {
                            copy[i] = row[i];
                        }
                        rows.add(copy);
                    }
                });
        return rows.toArray(double[][]::new);
    }

    /**
     * Draws the sinusoid of Vaswani et al. 2017.
     *
     * @param positions the number of positions
     * @param width D, an even number
     * @return the picture
     */
    public Picture sinusoid(int positions, int width) {
        return map(
                "Sinusoidal positions",
                SinusoidalPositionalEmbedding.vaswani(width).build().rows(positions),
                1);
    }

    /**
     * Draws learned position vectors.
     *
     * @param vectors the vectors
     * @return the picture
     */
    public Picture learned(double[][] vectors) {
        return map("Learned positions", vectors, usual(vectors));
    }

    private Picture map(String title, double[][] vectors, double limit) {
        return cosines
                ? new HeatMap(
                        title + ": cosines", "position", "position", cosines(vectors), List.of(), 1)
                : new HeatMap(title, "position", "dimension", vectors, List.of(), limit);
    }

    private static double usual(double[][] vectors) {
        double[] sizes =
                Arrays.stream(vectors).flatMapToDouble(Arrays::stream).map(Math::abs).toArray();
        Arrays.sort(sizes);
        return sizes[(int) (SHOWN * (sizes.length - 1))];
    }

    private static double[][] cosines(double[][] vectors) {
        double[][] cosines = new double[vectors.length][vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j <= i; j++) {
                double norms = Math.sqrt(dot(vectors[i], vectors[i]) * dot(vectors[j], vectors[j]));
                double cosine = norms == 0 ? 0 : dot(vectors[i], vectors[j]) / norms;
                cosines[i][j] = cosine;
                cosines[j][i] = cosine;
            }
        }
        return cosines;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
