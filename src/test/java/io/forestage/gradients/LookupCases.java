package io.forestage.gradients;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.gradients.BlockCase.Batch;
import io.forestage.gradients.BlockCase.Network;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Lookups of rows, and the projection onto the table. */
final class LookupCases {

    static final int ROWS = 10;
    static final int WIDTH = 4;
    static final int PADDING = 3;
    private static final int IDS = 200;
    private static final double MAX_NORM = 0.5;

    private LookupCases() {}

    static List<GradientCase> all() {
        List<GradientCase> cases = new ArrayList<>();
        cases.add(tokens("dense", DataType.FLOAT32, b -> b));
        cases.add(tokens("dense", DataType.FLOAT64, b -> b));
        cases.add(tokens("dense", DataType.FLOAT16, b -> b));
        cases.add(tokens("sparse", DataType.FLOAT32, b -> b.optSparse(true)));
        cases.add(tokens("padding", DataType.FLOAT32, b -> b.optPaddingIdx(PADDING)));
        cases.add(
                tokens(
                        "padding, sparse",
                        DataType.FLOAT32,
                        b -> b.optPaddingIdx(PADDING).optSparse(true)));
        cases.add(tokens("by frequency", DataType.FLOAT32, b -> b.optScaleGradByFreq(true)));
        cases.add(tokens("maximum norm", DataType.FLOAT32, b -> b.optMaxNorm(MAX_NORM)));
        cases.add(learnedPositions());
        cases.add(projection());
        return cases;
    }

    private static GradientCase tokens(
            String name, DataType type, UnaryOperator<TokenEmbedding.Builder> options) {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        double[][] values = Grid.table(ROWS, WIDTH);
        NDArray table = Grid.array(manager, values, type);
        TokenEmbedding block = options.apply(TokenEmbedding.builder().optWeight(table)).build();
        boolean hasPadding = name.contains("padding");
        if (name.contains("norm")) {
            limitNorms(values);
        }
        return new BlockCase(
                "lookup, %s, %s".formatted(name, type),
                manager,
                new Network(
                        block,
                        List.of(table),
                        (random, owner, weighted) -> {
                            int[] ids = random.ints(IDS, 0, ROWS).toArray();
                            int[] counts = counts(ids);
                            Terms terms = new Terms(IDS, WIDTH, 0, values);
                            for (int i = 0; i < IDS; i++) {
                                double share =
                                        name.contains("frequency") ? 1.0 / counts[ids[i]] : 1;
                                boolean isPad = hasPadding && ids[i] == PADDING;
                                terms.add(i, 0, ids[i], 1, isPad ? 0 : share);
                            }
                            Shape shape = new Shape(2, IDS / 2);
                            return batch(terms, indices(owner, random, ids, shape));
                        }));
    }

    private static GradientCase learnedPositions() {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        double[][] values = Grid.table(ROWS, WIDTH);
        NDArray table = Grid.array(manager, values, DataType.FLOAT32);
        return new BlockCase(
                "positions, learned, as a block",
                manager,
                new Network(
                        LearnedPositionalEmbedding.fromPretrained(table, false),
                        List.of(table),
                        (random, owner, weighted) -> {
                            int[] ids = random.ints(IDS, 0, ROWS).toArray();
                            Terms terms = new Terms(IDS, WIDTH, 0, values);
                            for (int i = 0; i < IDS; i++) {
                                terms.add(i, 0, ids[i], 1, 1);
                            }
                            return batch(terms, indices(owner, random, ids, new Shape(IDS)));
                        }));
    }

    private static GradientCase projection() {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        double[][] values = Grid.table(ROWS, WIDTH);
        NDArray table = Grid.array(manager, values, DataType.FLOAT32);
        TokenEmbedding wte = TokenEmbedding.fromPretrained(table, false);
        return new BlockCase(
                "projection",
                manager,
                new Network(
                        new TiedProjection(wte),
                        List.of(table),
                        (random, owner, weighted) -> {
                            double[] vectors = Grid.numbers(IDS * WIDTH);
                            int shift = random.nextInt(WIDTH);
                            for (int i = 0; i < vectors.length; i++) {
                                vectors[i] += shift;
                            }
                            NDArray given =
                                    Grid.javaArray(
                                            owner,
                                            vectors,
                                            new Shape(IDS, WIDTH),
                                            DataType.FLOAT32);
                            return new Batch(
                                    new NDList(given),
                                    List.of(),
                                    new Projection(values, vectors),
                                    List.of(vectors.length * Float.BYTES));
                        }));
    }

    /** Returns an array in Java's memory, int32 or int64 at random. */
    static NDArray indices(NDManager owner, Random random, int[] ids, Shape shape) {
        return random.nextBoolean() ? owner.create(ids, shape) : longs(owner, ids, shape);
    }

    static NDArray longs(NDManager owner, int[] ids, Shape shape) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        return owner.create(wide, shape);
    }

    static int[] counts(int[] ids) {
        int[] counts = new int[ROWS];
        for (int id : ids) {
            counts[id]++;
        }
        return counts;
    }

    private static Batch batch(Reference reference, NDArray ids) {
        return new Batch(
                new NDList(ids),
                List.of(),
                reference,
                List.of(IDS * Integer.BYTES, IDS * Long.BYTES));
    }

    /**
     * Scales rows as {@code embedding_renorm_}: only norms above the maximum, divided with 1e-7.
     */
    private static void limitNorms(double[][] table) {
        for (double[] row : table) {
            double norm = 0;
            for (double value : row) {
                norm += value * value;
            }
            norm = Math.sqrt(norm);
            for (int i = 0; i < row.length && norm > MAX_NORM; i++) {
                row[i] *= MAX_NORM / (norm + 1e-7);
            }
        }
    }

    /** vectors · tableᵀ. */
    private static final class Projection implements Reference {

        private final double[][] table;
        private final double[] vectors;

        Projection(double[][] table, double[] vectors) {
            this.table = table;
            this.vectors = vectors;
        }

        @Override
        public double[] output() {
            double[] output = new double[vectors.length / WIDTH * ROWS];
            for (int i = 0; i < output.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    output[i] += vectors[i / ROWS * WIDTH + d] * table[i % ROWS][d];
                }
            }
            return output;
        }

        @Override
        public double[][] gradients(double[] seed) {
            double[] gradient = new double[ROWS * WIDTH];
            for (int i = 0; i < seed.length; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    gradient[i % ROWS * WIDTH + d] += seed[i] * vectors[i / ROWS * WIDTH + d];
                }
            }
            return new double[][] {gradient};
        }
    }
}
