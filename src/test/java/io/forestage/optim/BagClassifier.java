package io.forestage.optim;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.ParityCase;
import io.forestage.torch.HostMemory;

/** A small network: embedding, mean of the tokens' vectors, linear layer. */
final class BagClassifier {

    final TokenEmbedding embedding;
    final Linear head;
    private final SequentialBlock net;
    private final NDArray table;

    /** How the optimiser gets the table's gradient. */
    enum Gradient {
        DENSE,
        SPARSE,
        FUSED;

        TokenEmbedding.Builder in(TokenEmbedding.Builder builder) {
            return builder.optSparse(this == SPARSE).optFused(this == FUSED);
        }
    }

    private BagClassifier(NDArray table, Gradient gradient, boolean freeze, int classes) {
        this.table = table;
        embedding =
                gradient.in(TokenEmbedding.builder().optWeight(table).optFreeze(freeze)).build();
        head = Linear.builder().setUnits(classes).build();
        net =
                new SequentialBlock()
                        .add(embedding)
                        .add(LambdaBlock.singleton(vectors -> vectors.mean(new int[] {1})))
                        .add(head);
    }

    static BagClassifier of(NDManager manager, ParityCase expected, Gradient gradient) {
        int classes = Math.toIntExact(expected.shape("target").get(1));
        return new BagClassifier(expected.array(manager, "wte"), gradient, false, classes);
    }

    static BagClassifier of(NDArray table, Gradient gradient, boolean freeze) {
        return new BagClassifier(table, gradient, freeze, 2);
    }

    Model model() {
        Model model = Model.newInstance("bag", Device.cpu(), "PyTorch");
        model.setBlock(net);
        return model;
    }

    static DefaultTrainingConfig config(Optimizer optimizer) {
        return new DefaultTrainingConfig(Loss.l2Loss("mse", 1f))
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer);
    }

    /** Sets PyTorch's initial weights in the linear layer, which must be initialised. */
    void setHead(ParityCase expected) {
        set("weight", expected.floats("head_weight"));
        set("bias", expected.floats("head_bias"));
    }

    NDArray table() {
        return table;
    }

    NDArray headWeight() {
        return head.getParameters().get("weight").getArray();
    }

    float loss(Trainer trainer, NDArray ids, NDArray target) {
        try (NDManager scratch = trainer.getManager().newSubManager()) {
            NDArray output = forward(trainer, ids, scratch);
            return output.sub(target).square().mean().getFloat();
        }
    }

    private static NDArray forward(Trainer trainer, NDArray ids, NDManager scratch) {
        NDArray local = ids.toType(DataType.INT64, true);
        local.attach(scratch);
        return trainer.forward(new NDList(local)).singletonOrThrow();
    }

    private void set(String name, float[] values) {
        try (NDArray view = head.getParameters().get(name).getArray().stopGradient()) {
            HostMemory.of(view).asFloatBuffer().put(values);
        }
    }
}
