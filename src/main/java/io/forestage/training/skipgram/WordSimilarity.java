package io.forestage.training.skipgram;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import io.forestage.model.PositionKind;
import io.forestage.support.Quoted;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.tokens.TokenSequence;
import io.forestage.training.session.KeyedRandom;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/**
 * How well a model's vectors agree with people on the similarity of words: Spearman's rank
 * correlation between the cosine of two words' vectors and people's score. It uses the pairs whose
 * words are one token each, with the space before it.
 *
 * @param pairs the number of pairs in the file
 * @param used the number of pairs used: both words are single, trained tokens
 * @param untrained the number of pairs of single tokens left out as one is untrained
 * @param correlation Spearman's, from -1 to 1; NaN if there is nothing to rank
 * @param random the standard deviation, about 0, of the correlation of random vectors on the same
 *     pairs
 */
public record WordSimilarity(
        int pairs, int used, int untrained, double correlation, double random) {

    private static final int RANDOM_TABLES = 50;

    /**
     * Evaluates a model, its table mapped.
     *
     * @param model a model folder
     * @param files lists of pairs: a line has two words and a score, separated by tabs or spaces
     * @return the evaluation of each file
     * @throws IOException if the model or a file cannot be read
     */
    public static List<WordSimilarity> evaluate(Path model, List<Path> files) throws IOException {
        return evaluate(model, files, LoadOptions.frozen());
    }

    /**
     * Evaluates a model.
     *
     * @param model a model folder
     * @param files lists of pairs: a line has two words and a score, separated by tabs or spaces
     * @param options whether the table is copied; positions make no difference
     * @return the evaluation of each file
     * @throws IOException if the model or a file cannot be read
     */
    public static List<WordSimilarity> evaluate(Path model, List<Path> files, LoadOptions options)
            throws IOException {
        List<WordSimilarity> all = new ArrayList<>();
        LoadOptions tokensOnly = options.withPositionKind(PositionKind.NONE);
        try (InputStage stage = InputStage.load(model, tokensOnly, null)) {
            for (Path file : files) {
                all.add(evaluate(stage, WordPairs.read(file)));
            }
        }
        return all;
    }

    private static WordSimilarity evaluate(InputStage stage, WordPairs file) {
        List<long[]> ids = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        int untrained = 0;
        BitSet known = stage.trainedTokens().orElse(null);
        LongPredicate trained = id -> known == null || known.get((int) id);
        for (WordPairs.Pair pair : file.pairs()) {
            OptionalLong one = singleToken(stage, pair.one());
            OptionalLong other = singleToken(stage, pair.other());
            if (one.isEmpty() || other.isEmpty()) {
                continue;
            }
            if (!trained.test(one.getAsLong()) || !trained.test(other.getAsLong())) {
                untrained++;
            } else {
                ids.add(new long[] {one.getAsLong(), other.getAsLong()});
                scores.add(pair.score());
            }
        }
        double[] human = scores.stream().mapToDouble(Double::doubleValue).toArray();
        if (ids.isEmpty()) {
            return new WordSimilarity(file.pairs().size(), 0, untrained, Double.NaN, Double.NaN);
        }
        return new WordSimilarity(
                file.pairs().size(),
                ids.size(),
                untrained,
                RankCorrelation.of(cosines(vectors(stage, ids), ids.size()), human),
                random(ids, (int) stage.config().nEmbd(), human));
    }

    /** A tokenizer may have tokens without a row. */
    private static OptionalLong singleToken(InputStage stage, String word) {
        TokenSequence tokens = stage.tokenizer().encode(" " + word);
        return tokens.size() == 1 && tokens.ids()[0] < stage.config().vocabSize()
                ? OptionalLong.of(tokens.ids()[0])
                : OptionalLong.empty();
    }

    private static float[] vectors(InputStage stage, List<long[]> ids) {
        TokenBatch batch = TokenBatch.of(ids, PaddingSide.RIGHT, 0);
        try (Embeddings embeddings = stage.embed(batch)) {
            return embeddings.embeddings().toFloatArray();
        }
    }

    /** Returns the cosine of each pair of consecutive vectors. */
    private static double[] cosines(float[] vectors, int pairs) {
        int dimension = vectors.length / pairs / 2;
        double[] cosines = new double[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            double product = 0;
            double one = 0;
            double other = 0;
            for (int i = 0; i < dimension; i++) {
                double a = vectors[2 * pair * dimension + i];
                double b = vectors[(2 * pair + 1) * dimension + i];
                product += a * b;
                one += a * a;
                other += b * b;
            }
            cosines[pair] = one == 0 || other == 0 ? 0 : product / Math.sqrt(one * other);
        }
        return cosines;
    }

    private static double random(List<long[]> ids, int dimension, double[] human) {
        double squares = 0;
        float[] vectors = new float[2 * ids.size() * dimension];
        for (int table = 0; table < RANDOM_TABLES; table++) {
            for (int row = 0; row < 2 * ids.size(); row++) {
                // Keyed by the token, so that a repeated word has the same vector.
                Random random = new Random(KeyedRandom.key(table, ids.get(row / 2)[row % 2]));
                for (int i = 0; i < dimension; i++) {
                    vectors[row * dimension + i] = (float) random.nextGaussian();
                }
            }
            double correlation = RankCorrelation.of(cosines(vectors, ids.size()), human);
            squares += correlation * correlation;
        }
        return Math.sqrt(squares / RANDOM_TABLES);
    }

    /**
     * Pairs of words that people have rated by how similar they are.
     *
     * @param pairs the pairs
     */
    record WordPairs(List<Pair> pairs) {

        /** Reads a file with two words and a score per line, separated by tabs or spaces. */
        static WordPairs read(Path file) throws IOException {
            List<Pair> pairs = new ArrayList<>();
            int line = 0;
            try {
                for (String text : Files.readAllLines(file)) {
                    line++;
                    if (!text.isBlank()) {
                        pairs.add(parse(text.strip().split("\\s+")));
                    }
                }
            } catch (CharacterCodingException e) {
                throw new IOException(
                        "%s: expected UTF-8, found other bytes; convert the file to UTF-8"
                                .formatted(file),
                        e);
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "%s: line %d: expected two words and a score, found %s; fix or remove the line"
                                .formatted(file, line, Quoted.cut(String.valueOf(e.getMessage()))),
                        e);
            }
            return new WordPairs(pairs);
        }

        private static Pair parse(String[] fields) {
            if (fields.length != 3) {
                throw new IllegalArgumentException("%d fields".formatted(fields.length));
            }
            return new Pair(fields[0], fields[1], score(fields[2]));
        }

        private static double score(String text) {
            double score;
            try {
                score = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("the score %s".formatted(text), e);
            }
            if (!Double.isFinite(score)) {
                throw new IllegalArgumentException("the score %s".formatted(text));
            }
            return score;
        }

        /** Two words and their similarity. */
        record Pair(String one, String other, double score) {}
    }

    /** Spearman's rank correlation. */
    static final class RankCorrelation {

        private RankCorrelation() {}

        /** Returns a number from -1 to 1; NaN if all elements of a list are equal. */
        static double of(double[] one, double[] other) {
            double[] a = ranks(one);
            double[] b = ranks(other);
            double mean = (a.length + 1) / 2.0;
            double products = 0;
            double squaresA = 0;
            double squaresB = 0;
            for (int i = 0; i < a.length; i++) {
                products += (a[i] - mean) * (b[i] - mean);
                squaresA += (a[i] - mean) * (a[i] - mean);
                squaresB += (b[i] - mean) * (b[i] - mean);
            }
            return products / Math.sqrt(squaresA * squaresB);
        }

        /** Returns the ranks, from 1; equal elements share the mean of their ranks. */
        private static double[] ranks(double[] values) {
            int[] order =
                    IntStream.range(0, values.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> values[i]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            double[] ranks = new double[values.length];
            int start = 0;
            while (start < order.length) {
                int end = start;
                while (end < order.length && values[order[end]] == values[order[start]]) {
                    end++;
                }
                double rank = (start + 1 + end) / 2.0;
                Arrays.stream(order, start, end).forEach(i -> ranks[i] = rank);
                start = end;
            }
            return ranks;
        }
    }
}
