package io.forestage.decoder;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import io.forestage.decoder.attention.Attention;
import io.forestage.torch.RowUpdates;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import javax.management.ObjectName;

/** Trains or generates in a JVM of its own, whose heap is the test's choice. */
final class DecoderHeapProcess {

    private static final int STEPS = 200;
    private static final int ROWS = 3;
    private static final int LENGTH = 40;
    private static final float RATE = 0.05f;

    private DecoderHeapProcess() {}

    public static void main(String[] args) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Attention attention = Attention.parse(args[1]);
            System.out.println(
                    args[0].equals("train")
                            ? train(manager, attention)
                            : generate(manager, attention, Integer.parseInt(args[2])));
        }
    }

    /** Returns the arrays alive after a hundred tokens and after all. */
    private static String generate(NDManager manager, Attention attention, int tokens) {
        TestDecoder model = TestDecoder.of(manager, attention, tokens + 10, 0);
        long[] alive = new long[2];
        int[] count = new int[1];
        model.continued(
                manager,
                List.of(TestDecoder.tokens(10, 1), TestDecoder.tokens(4, 2)),
                tokens,
                (row, id) -> {
                    if (row == 0) {
                        count[0]++;
                    }
                    if (row == 0 && (count[0] == 100 || count[0] == tokens)) {
                        alive[count[0] / tokens] = aliveArrays();
                    }
                });
        return "%d tokens, %d and %d arrays".formatted(count[0], alive[0], alive[1]);
    }

    /** Counts the arrays that are reachable, by the JVM's own list. */
    private static long aliveArrays() {
        try {
            String histogram =
                    (String)
                            ManagementFactory.getPlatformMBeanServer()
                                    .invoke(
                                            new ObjectName(
                                                    "com.sun.management:type=DiagnosticCommand"),
                                            "gcClassHistogram",
                                            new Object[] {new String[0]},
                                            new String[] {String[].class.getName()});
            return histogram
                    .lines()
                    .filter(line -> line.endsWith(" ai.djl.pytorch.engine.PtNDArray"))
                    .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[1]))
                    .sum();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the first and last loss, and a sum of the bits of all gradients. */
    private static String train(NDManager manager, Attention attention) {
        TestDecoder model = TestDecoder.of(manager, attention, LENGTH, 0.1);
        Gpt2Network network = model.network();
        network.initialize(manager, DataType.FLOAT32, new Shape(ROWS, LENGTH));
        List<Parameter> parameters = network.getParameters().values().stream().distinct().toList();
        parameters.forEach(parameter -> parameter.getArray().setRequiresGradient(true));
        CRC32 bits = new CRC32();
        float[] losses = new float[STEPS];
        for (int step = 0; step < STEPS; step++) {
            losses[step] = step(manager, network, step % 10);
            for (Parameter parameter : parameters) {
                NDArray array = parameter.getArray();
                try (NDArray gradient = array.getGradient()) {
                    update(bits, gradient.toFloatArray());
                }
            }
            parameters.forEach(parameter -> descend(manager, parameter.getArray()));
        }
        return String.format(
                Locale.ROOT,
                "%d steps, loss %.2f to %.2f, bits %08x",
                STEPS,
                losses[0],
                losses[STEPS - 1],
                bits.getValue());
    }

    private static float step(NDManager manager, Gpt2Network network, int batch) {
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            Shape shape = new Shape(ROWS, LENGTH);
            NDArray ids = scratch.create(TestDecoder.tokens(ROWS * LENGTH, batch), shape);
            NDArray next =
                    scratch.create(
                            TestDecoder.tokens(ROWS * LENGTH, -1 - batch),
                            new Shape(ROWS * LENGTH, 1));
            long[] real = new long[ROWS * LENGTH];
            Arrays.fill(real, 1);
            Arrays.fill(real, 0, LENGTH / 2, 0); // half of the first row
            NDList inputs = new NDList(ids, scratch.create(real, shape));
            NDArray logits =
                    network.forward(new ParameterStore(scratch, false), inputs, true)
                            .singletonOrThrow();
            NDArray loss =
                    new SoftmaxCrossEntropyLoss("loss", 1, -1, true, true)
                            .evaluate(
                                    new NDList(next),
                                    new NDList(logits.reshape(ROWS * LENGTH, TestDecoder.TOKENS)));
            collect();
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    /** What the backward pass reads must not lie in memory that a collection frees. */
    private static void collect() {
        System.gc();
        for (int i = 0; i < 8; i++) {
            ByteBuffer other = ByteBuffer.allocateDirect(1 << 14);
            while (other.hasRemaining()) {
                other.put((byte) -1); // NaN as floats
            }
        }
    }

    private static void update(CRC32 bits, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalStateException("a gradient is not finite");
            }
            bytes.putFloat(value);
        }
        bits.update(bytes.flip());
    }

    private static void descend(NDManager manager, NDArray array) {
        try (NDManager scratch = manager.newSubManager();
                NDArray target = array.stopGradient();
                NDArray gradient = array.getGradient()) {
            target.attach(scratch);
            NDArray by = gradient.mul(-RATE);
            by.attach(scratch);
            target.addi(by);
        }
        RowUpdates.clearGradient(array);
    }
}
