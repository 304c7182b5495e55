package io.forestage.training.session;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.forestage.gradients.Comparison;
import io.forestage.gradients.Garbage;
import io.forestage.gradients.GradientCase;
import io.forestage.nn.EmbeddingBag;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;
import io.forestage.optim.ParameterGroups;
import io.forestage.optim.RowSparseSgd;
import io.forestage.training.TrainingDevices;
import io.forestage.training.classify.TestBags;
import io.forestage.training.lm.TestWindows;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Gradient cases of the trainings, by our passes and by DJL's Trainer, with two batches a step and
 * garbage made inside the network. A step of rate 1 subtracts the gradient from each parameter.
 */
public final class TrainingCases {

    private static final int ROWS = 10;
    private static final int WIDTH = 4;
    private static final int CLASSES = 3;
    private static final int BAGS = 120;
    private static final int MAX_TOKENS = 12;
    private static final int WINDOWS = 24;
    private static final int CONTEXT = 16;
    private static final double TOLERANCE = 5e-6;

    private TrainingCases() {}

    /** Returns the cases: a classifier, the same by DJL's Trainer, and a language model. */
    public static List<GradientCase> all() {
        return List.of(classifier(true), classifier(false), languageModel());
    }

    private static GradientCase classifier(boolean isOurs) {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDArray table = random(manager, 1, ROWS, WIDTH);
        EmbeddingBag bag = EmbeddingBag.builder().optWeight(table).optSparse(true).build();
        Linear head = Linear.builder().setUnits(CLASSES).build();
        Breaks breaks =
                new Breaks(List.of(BAGS / 2 * Long.BYTES, BAGS * MAX_TOKENS / 4 * Long.BYTES));
        Block block = new SequentialBlock().add(bag).add(breaks.block()).add(head);
        block.initialize(manager, DataType.FLOAT32, new Shape(1), new Shape(1));
        Network network = network(manager, block);
        Passes passes =
                isOurs
                        ? new GradientSteps(network, TrainingDevices.cpu())::train
                        : trainer(network);
        List<NDArray> parameters =
                List.of(
                        table,
                        head.getParameters().get("weight").getArray(),
                        head.getParameters().get("bias").getArray());
        return new TrainingCase(
                isOurs ? "training of a classifier" : "training of a classifier by DJL's Trainer",
                network,
                parameters,
                breaks,
                passes,
                random -> new TestBags(random, BAGS, MAX_TOKENS, ROWS, CLASSES));
    }

    private static GradientCase languageModel() {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDArray wte = random(manager, 2, ROWS, WIDTH);
        NDArray wpe = random(manager, 3, CONTEXT, WIDTH);
        TokenEmbedding tokens = TokenEmbedding.fromPretrained(wte, false);
        Gpt2InputEmbedding stage =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(tokens)
                        .optPositionalEmbedding(
                                LearnedPositionalEmbedding.fromPretrained(wpe, false))
                        .optDropout(0)
                        .build();
        Breaks breaks = new Breaks(List.of(WINDOWS / 2 * CONTEXT * Long.BYTES));
        Block block =
                new SequentialBlock()
                        .add(stage)
                        .add(breaks.block())
                        .add(new TiedProjection(tokens));
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        Network network = network(manager, block);
        return new TrainingCase(
                "training of a language model",
                network,
                List.of(wte, wpe),
                breaks,
                new GradientSteps(network, TrainingDevices.cpu())::train,
                random -> new TestWindows(random, WINDOWS, CONTEXT, ROWS));
    }

    private static Network network(NDManager manager, Block block) {
        RowSparseSgd sgd = RowSparseSgd.builder().optLearningRateTracker(Tracker.fixed(1)).build();
        ParameterGroups optimizer = ParameterGroups.builder().setBlock(block).setRest(sgd).build();
        return new Network(manager, block, optimizer, 1, "", Network.Objective.ONE_CLASS, false);
    }

    /** Returns the passes of DJL's Trainer, which takes one batch a step. */
    private static Passes trainer(Network network) {
        Model model = Model.newInstance("soak", "PyTorch");
        model.setBlock(network.block());
        Trainer trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(network.optimizer()));
        return (examples, batches) -> {
            int[] rows = IntStream.range(0, examples.size()).toArray();
            try (NDManager scratch = network.manager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDList logits = trainer.forward(examples.inputs(scratch, rows));
                NDArray labels = examples.labels(scratch, rows);
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), logits);
                collector.backward(loss);
                trainer.step();
                return loss.getFloat();
            }
        };
    }

    private static NDArray random(NDManager manager, long seed, int rows, int width) {
        Random random = new Random(seed);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(rows, width));
    }

    /** Forward and backward passes over batches, and an update. */
    private interface Passes {
        double train(Examples examples, List<int[]> batches);
    }

    /** Examples that compute the expected gradients. */
    public interface CheckedExamples extends Examples {

        /**
         * Returns the gradients of the mean cross-entropy of all rows.
         *
         * @param parameters their values, flat, in the order of the network
         */
        double[][] gradients(double[][] parameters);
    }

    private interface Source {
        CheckedExamples next(Random random);
    }

    /** A block that makes garbage and returns its input. */
    private static final class Breaks {

        private final List<Integer> sizes;
        private Garbage garbage = new Garbage();

        Breaks(List<Integer> sizes) {
            this.sizes = sizes;
        }

        Block block() {
            return LambdaBlock.singleton(
                    vectors -> {
                        garbage.make(sizes);
                        return vectors;
                    },
                    "garbage");
        }
    }

    private static final class TrainingCase implements GradientCase {

        private final String name;
        private final Network network;
        private final List<NDArray> parameters;
        private final Breaks breaks;
        private final Passes passes;
        private final Source source;
        private final Random random = new Random(5);

        TrainingCase(
                String name,
                Network network,
                List<NDArray> parameters,
                Breaks breaks,
                Passes passes,
                Source source) {
            this.name = name;
            this.network = network;
            this.parameters = parameters;
            this.breaks = breaks;
            this.passes = passes;
            this.source = source;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Optional<String> step(boolean closing, Garbage garbage) {
            breaks.garbage = garbage;
            CheckedExamples examples = source.next(random);
            double[][] before = values();
            int half = examples.size() / 2;
            List<int[]> batches =
                    List.of(
                            IntStream.range(0, half).toArray(),
                            IntStream.range(half, examples.size()).toArray());
            try {
                passes.train(examples, batches);
            } catch (EngineException e) {
                return Optional.of(e.toString().lines().findFirst().orElse(""));
            }
            double[][] after = values();
            double[][] expected = examples.gradients(before);
            Optional<String> wrong = Optional.empty();
            for (int i = 0; i < expected.length && wrong.isEmpty(); i++) {
                double[] taken = new double[expected[i].length];
                for (int j = 0; j < taken.length; j++) {
                    taken[j] = before[i][j] - after[i][j];
                }
                wrong = Comparison.of("gradient " + i, taken, expected[i], TOLERANCE);
            }
            return wrong;
        }

        @Override
        public void close() {
            network.close();
        }

        private double[][] values() {
            return parameters.stream()
                    .map(array -> array.toFloatArray())
                    .map(values -> IntStream.range(0, values.length).mapToDouble(i -> values[i]))
                    .map(values -> values.toArray())
                    .toArray(double[][]::new);
        }
    }
}
