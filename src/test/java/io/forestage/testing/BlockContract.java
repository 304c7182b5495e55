package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import org.junit.jupiter.api.Test;

/** The tests that every block of the project passes. */
public interface BlockContract {

    /** Returns a new block, not initialised. */
    Block newBlock();

    /** Returns inputs that the block accepts. */
    NDList inputs(NDManager manager);

    /**
     * Returns how many arrays besides the output a forward pass leaves; DJL's blocks leave some.
     */
    default int intermediates() {
        return 0;
    }

    @Test
    default void theOutputHasTheReportedShape() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = initialized(manager);
            NDList inputs = inputs(manager);

            NDArray output = forward(block, inputs, false);

            Shape[] reported = block.getOutputShapes(inputs.getShapes());
            assertThat(new Shape[] {output.getShape()}).isEqualTo(reported);
        }
    }

    @Test
    default void savingAndLoadingKeepsEveryBit() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = initialized(manager);
            ByteArrayOutputStream saved = new ByteArrayOutputStream();
            block.saveParameters(new DataOutputStream(saved));
            Block loaded = newBlock();

            loaded.loadParameters(
                    manager, new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));

            NDList inputs = inputs(manager);
            assertThat(Bits.of(forward(loaded, inputs, false)))
                    .isEqualTo(Bits.of(forward(block, inputs, false)));
        }
    }

    @Test
    default void loadingAgainClosesTheOldParameters() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = initialized(manager);
            ByteArrayOutputStream saved = new ByteArrayOutputStream();
            block.saveParameters(new DataOutputStream(saved));
            int arrays = manager.getManagedArrays().size();

            block.loadParameters(
                    manager, new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));

            assertThat(manager.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    default void aGradientFlowsIntoEveryParameter() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = initialized(manager);

            backward(block, inputs(manager));

            for (Parameter parameter : block.getParameters().values()) {
                NDArray gradient = parameter.getArray().getGradient();
                assertThat(gradient.abs().sum().getFloat()).as(parameter.getName()).isPositive();
            }
        }
    }

    @Test
    default void freezingStopsGradients() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = initialized(manager);
            NDList inputs = inputs(manager);

            block.freezeParameters(true);

            for (Parameter parameter : block.getParameters().values()) {
                assertThat(parameter.requiresGradient()).isFalse();
                assertThat(parameter.getArray().hasGradient()).isFalse();
            }
            if (!block.getParameters().isEmpty()) {
                assertThatThrownBy(() -> backward(block, inputs))
                        .as("the output depends on no parameter that requires a gradient")
                        .isInstanceOf(EngineException.class);
            }
        }
    }

    @Test
    default void aForwardPassClosesItsTemporaryArrays() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                NDManager batch = manager.newSubManager()) {
            Block block = initialized(manager);
            try (NDManager first = manager.newSubManager()) {
                forward(block, inputs(first), false); // loads native operations, which stay
            }
            int parameters = manager.getManagedArrays().size();
            NDList inputs = inputs(batch);

            NDArray output = forward(block, inputs, false);

            assertThat(batch.getManagedArrays())
                    .hasSize(inputs.size() + intermediates() + 1)
                    .contains(output);
            assertThat(manager.getManagedArrays())
                    .hasSize(parameters + inputs.size() + intermediates() + 1);
        }
    }

    @Test
    default void theBlockWorksInsideASequence() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = inputs(manager);
            SequentialBlock sequence = new SequentialBlock().add(newBlock());
            sequence.initialize(manager, DataType.FLOAT32, inputs.getShapes());

            NDArray output = forward(sequence, inputs, false);

            assertThat(output.getShape())
                    .isEqualTo(sequence.getOutputShapes(inputs.getShapes())[0]);
        }
    }

    private Block initialized(NDManager manager) {
        Block block = newBlock();
        try (NDManager scratch = manager.newSubManager()) {
            block.initialize(manager, DataType.FLOAT32, inputs(scratch).getShapes());
        }
        return block;
    }

    private static void backward(Block block, NDList inputs) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output = forward(block, inputs, true);
            if (!block.getParameters().isEmpty()) {
                collector.backward(output.sum());
            }
        }
    }

    private static NDArray forward(Block block, NDList inputs, boolean training) {
        NDManager manager = inputs.get(0).getManager();
        return block.forward(new ParameterStore(manager, false), inputs, training)
                .singletonOrThrow();
    }
}
