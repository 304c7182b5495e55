package io.forestage.training;

import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** A network's steps over rows of data. */
final class NetworkLearner implements Learner {

    private static final int DROPPING = 12;

    private final Network network;
    private final Examples examples;
    private final StepRows rows;
    private final int epochs;
    private final int seed;
    private final GradientSteps steps;
    private final NetworkState state;

    NetworkLearner(
            Network network,
            Examples examples,
            StepRows rows,
            StepOptions options,
            TrainingDevices devices) {
        this.network = network;
        this.examples = examples;
        this.rows = rows;
        epochs = options.epochs();
        seed = options.seed();
        steps = new GradientSteps(network, devices);
        state = new NetworkState(network, devices);
    }

    @Override
    public long steps() {
        return rows.steps();
    }

    @Override
    public long allTokens() {
        return epochs * examples.tokens(IntStream.range(0, examples.size()).toArray());
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
            // By the step's number alone, so that a training that goes on drops out the same.
            int drawn = (int) Mix.key(seed, DROPPING, step);
            network.manager().getEngine().setRandomSeed(drawn);
        }
        List<int[]> batches = rows.batches(step);
        double loss = steps.train(examples, batches);
        long tokens = batches.stream().mapToLong(examples::tokens).sum();
        return new StepResult(tokens, loss, network.learningRate());
    }

    /** What the network is worth on all of some examples, so many at a time. */
    Evaluation evaluate(Examples others, int batch) {
        int[] all = IntStream.range(0, others.size()).toArray();
        return steps.evaluate(others, ShuffledRows.cut(all, batch));
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
