package io.forestage.training.session;

import io.forestage.training.Evaluation;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingDevices;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** Trains a network on rows of examples. */
public final class NetworkLearner implements Learner {

    private static final int DROPPING = 12;

    private final Network network;
    private final Examples examples;
    private final Examples heldOut;
    private final Examples.StepRows rows;
    private final StepOptions options;
    private final GradientSteps steps;
    private final NetworkState state;

    public NetworkLearner(
            Network network,
            Examples examples,
            Examples heldOut,
            Examples.StepRows rows,
            StepOptions options,
            TrainingDevices devices) {
        this.network = network;
        this.examples = examples;
        this.heldOut = heldOut;
        this.rows = rows;
        this.options = options;
        steps = new GradientSteps(network, devices);
        state = new NetworkState(network, devices);
    }

    @Override
    public long steps() {
        return rows.steps();
    }

    @Override
    public long allTokens() {
        return options.epochs() * examples.tokens(IntStream.range(0, examples.size()).toArray());
    }

    @Override
    public double learningRate(long step) {
        return network.learningRate();
    }

    @Override
    public String rates(long step) {
        return network.rates();
    }

    @Override
    public StepResult train(long step) {
        if (network.dropsOut()) {
            // Seeded by the step's number alone, so that a resumed training drops the same
            // elements.
            int seed = (int) KeyedRandom.key(options.seed(), DROPPING, step);
            network.manager().getEngine().setRandomSeed(seed);
        }
        List<int[]> batches = rows.batches(step);
        double loss = steps.train(examples, batches);
        long tokens = batches.stream().mapToLong(examples::tokens).sum();
        return new StepResult(tokens, loss, network.learningRate());
    }

    /** Evaluates the network on examples; returns {@link Evaluation#none} if there are none. */
    public Evaluation evaluate(Examples evaluated) {
        return evaluate(evaluated, options.batch());
    }

    /** Evaluates the network on examples in batches of a size. */
    public Evaluation evaluate(Examples evaluated, int batch) {
        int[] all = IntStream.range(0, evaluated.size()).toArray();
        return steps.evaluate(evaluated, Examples.ShuffledRows.cut(all, batch));
    }

    @Override
    public double heldOutLoss(long done) {
        long every =
                options.evaluateEvery() == 0
                        ? rows.steps() / options.epochs()
                        : options.evaluateEvery();
        boolean due = done % every == 0 || done == rows.steps();
        return due ? evaluate(heldOut).loss() : Double.NaN;
    }

    @Override
    public int patience() {
        return options.patience();
    }

    @Override
    public boolean isFinite() {
        return state.isFinite();
    }

    @Override
    public List<TensorSource> state() throws IOException {
        return state.tensors();
    }

    @Override
    public void restore(WeightFile checkpoint) throws IOException {
        state.restore(checkpoint);
    }
}
