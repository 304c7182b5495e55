package io.forestage.gradients;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.Attention;
import io.forestage.decoder.attention.AttentionCore;
import io.forestage.decoder.attention.FeatureMap;
import io.forestage.decoder.attention.LinearAttention;
import io.forestage.testing.Bits;
import io.forestage.torch.NativeMemory;
import io.forestage.torch.RowUpdates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Attention whose mask may be closed before the backward pass. The first step's bits are the
 * expected ones: that they are right, the parity tests show.
 */
final class AttentionCase implements GradientCase {

    private static final Shape SHAPE = new Shape(2, 2, 70, 4);

    private final String name;
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final AttentionCore core;
    private final List<NDArray> leaves = new ArrayList<>();
    private List<int[]> expected = List.of();

    private AttentionCase(String name, Attention attention) {
        this.name = name;
        core = attention.newCore(0, 2, 4);
        core.initialize(manager, DataType.FLOAT32, SHAPE, SHAPE, SHAPE);
        double[] numbers = Grid.numbers(Math.toIntExact(3 * SHAPE.size()));
        for (int i = 0; i < 3; i++) {
            double[] part = Arrays.copyOfRange(numbers, i * 1120, (i + 1) * 1120);
            try (NDArray view = Grid.javaArray(manager, part, SHAPE, DataType.FLOAT32)) {
                leaves.add(NativeMemory.copyOf(view));
            }
        }
    }

    static List<GradientCase> all() {
        return List.of(
                new AttentionCase("attention, softmax", Attention.softmax()),
                new AttentionCase("attention, linear", Attention.linear()),
                new AttentionCase(
                        "attention, random features",
                        new LinearAttention(FeatureMap.exponentials(16, 1))),
                new AttentionCase("attention, fmm", Attention.fmm(5, FeatureMap.cosines(16, 1))));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> step(boolean closing, Garbage garbage) {
        leaves.forEach(leaf -> leaf.setRequiresGradient(true));
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray mask = mask(step);
            NDArray output =
                    core.attend(
                            new ParameterStore(step, false),
                            leaves.get(0),
                            leaves.get(1),
                            leaves.get(2),
                            mask,
                            true);
            output.attach(step);
            if (closing) {
                mask.close();
                mask = null;
            }
            garbage.make(List.of(140 * Long.BYTES, 64 * Float.BYTES));
            NDArray seed = Grid.javaArray(step, Grid.numbers(1120), SHAPE, DataType.FLOAT32);
            collector.backward(output.mul(seed).sum());
            return compare(output);
        } finally {
            leaves.forEach(RowUpdates::clearGradient);
            parameters().forEach(RowUpdates::clearGradient);
        }
    }

    private static NDArray mask(NDManager step) {
        long[] real = new long[140];
        Arrays.fill(real, 30, 140, 1);
        return step.create(real, new Shape(2, 70));
    }

    private Optional<String> compare(NDArray output) {
        List<NDArray> differentiable = new ArrayList<>(leaves);
        differentiable.addAll(parameters());
        List<int[]> found = new ArrayList<>(List.of(Bits.of(output)));
        for (NDArray array : differentiable) {
            try (NDArray gradient = array.getGradient()) {
                found.add(Bits.of(gradient));
            }
        }
        expected = expected.isEmpty() ? found : expected;
        for (int i = 0; i < found.size(); i++) {
            if (!Arrays.equals(found.get(i), expected.get(i))) {
                return Optional.of("array %d has other bits than at first".formatted(i));
            }
        }
        return Optional.empty();
    }

    private List<NDArray> parameters() {
        return core.getParameters().values().stream().map(Parameter::getArray).toList();
    }

    @Override
    public void close() {
        manager.close();
    }
}
