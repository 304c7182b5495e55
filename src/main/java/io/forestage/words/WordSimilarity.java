package io.forestage.words;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * How well vectors agree with people on the similarity of words: Spearman's rank correlation
 * between the cosine of two words' vectors and people's score. It uses the pairs whose words have a
 * row of their own: in a model, those that are one token each, with the space before it.
 *
 * @param pairs the number of pairs in the file
 * @param used the number of pairs used: both words have one row, which was trained
 * @param untrained the number of pairs of single rows left out as one is untrained
 * @param correlation Spearman's, from -1 to 1; NaN if there is nothing to rank
 * @param random the standard deviation, about 0, of the correlation of random vectors on the same
 *     pairs
 */
public record WordSimilarity(
        int pairs, int used, int untrained, double correlation, double random) {

    private static final int RANDOM_TABLES = 50;

    /**
     * Evaluates vectors.
     *
     * @param vectors the words with their vectors
     * @param file a list of pairs: a line has two words and a score, separated by tabs or spaces
     * @return the evaluation
     * @throws IOException if the file cannot be read
     */
    public static WordSimilarity evaluate(WordVectors vectors, Path file) throws IOException {
        List<int[]> rows = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        int untrained = 0;
        List<WordPairs.Pair> pairs = WordPairs.read(file).pairs();
        for (WordPairs.Pair pair : pairs) {
            OptionalInt one = vectors.single(pair.one());
            OptionalInt other = vectors.single(pair.other());
            if (one.isEmpty() || other.isEmpty()) {
                continue;
            }
            if (!vectors.isKnown(one.getAsInt()) || !vectors.isKnown(other.getAsInt())) {
                untrained++;
            } else {
                rows.add(new int[] {one.getAsInt(), other.getAsInt()});
                scores.add(pair.score());
            }
        }
        if (rows.isEmpty()) {
            return new WordSimilarity(pairs.size(), 0, untrained, Double.NaN, Double.NaN);
        }
        double[] human = scores.stream().mapToDouble(Double::doubleValue).toArray();
        return new WordSimilarity(
                pairs.size(),
                rows.size(),
                untrained,
                RankCorrelation.of(cosines(rows, vectors::row), human),
                random(rows, vectors.width(), human));
    }

    private static double[] cosines(List<int[]> rows, IntFunction<double[]> vector) {
        return rows.stream()
                .mapToDouble(pair -> Geometry.cosine(vector.apply(pair[0]), vector.apply(pair[1])))
                .toArray();
    }

    private static double random(List<int[]> rows, int width, double[] human) {
        double squares = 0;
        for (int table = 0; table < RANDOM_TABLES; table++) {
            Random random = new Random(table);
            Map<Integer, double[]> drawn = new HashMap<>();
            IntFunction<double[]> draw =
                    row ->
                            drawn.computeIfAbsent(
                                    row,
                                    key -> {
                                        double[] vector = new double[width];
                                        Arrays.setAll(vector, i -> random.nextGaussian());
                                        return vector;
                                    });
            double correlation = RankCorrelation.of(cosines(rows, draw), human);
            squares += correlation * correlation;
        }
        return Math.sqrt(squares / RANDOM_TABLES);
    }
}
