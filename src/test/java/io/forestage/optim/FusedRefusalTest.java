package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.LocalParameterServer;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.NewRows;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the ticket in a fused table's gradient must never do: change a weight. */
class FusedRefusalTest {

    private final FusedTwins twins = new FusedTwins();
    private NDArray table;
    private TokenEmbedding wte;
    private int[] before;

    @BeforeEach
    void open() {
        table = twins.weight(DataType.FLOAT32);
        wte = FusedTwins.fused(table);
        before = Bits.of(table);
    }

    @AfterEach
    void close() {
        twins.close();
    }

    @Test
    void theGradientToLookAtIsNotANumber() {
        afterAPass(
                trainer -> {
                    try (NDArray gradient = table.getGradient()) {
                        assertThat(gradient.sum().getFloat()).isNaN();
                    }
                    trainer.step();
                });
        assertThat(table.sum().getFloat()).isFinite();
    }

    @Test
    void aDenseGradientOfAnotherUseIsRefused() {
        afterAPass(
                trainer -> {
                    Trainers.setGradient(table, 1f);
                    assertRefused(trainer::step, "found a dense one");
                });
    }

    @Test
    void aSparseGradientOfAnotherUseIsRefused() {
        afterAPass(
                trainer -> {
                    FusedTwins.addGradient(table, 5);
                    assertRefused(trainer::step, "another use");
                });
    }

    @Test
    void aSparseGradientOfTheTicketsOwnRowIsRefused() {
        afterAPass(
                trainer -> {
                    FusedTwins.addGradient(table, 0); // PyTorch adds it to the NaN
                    assertRefused(trainer::step, "another use");
                });
    }

    @Test
    void aScaledGradientIsRefused() {
        afterAPass(
                trainer -> {
                    try (NDArray gradient = table.getGradient()) {
                        gradient.muli(0.5);
                    }
                    assertRefused(trainer::step, "changed");
                });
    }

    @Test
    void zeroedGradientsAreRefused() {
        afterAPass(
                trainer -> {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        collector.zeroGradients();
                    }
                    assertRefused(trainer::step, "changed");
                });
    }

    @Test
    void aGivenGradientIsRefused() {
        afterAPass(
                trainer -> {
                    NDArray ones = twins.manager().ones(table.getShape());
                    assertRefused(() -> update(table, ones), "found a dense one");
                });
    }

    /** As for two devices of which the second looked something up. */
    @Test
    void gradientsOfACopyAreRefused() {
        afterAPass(
                trainer -> {
                    NDArray copy = table.duplicate();
                    FusedTwins.addGradient(copy, 0);
                    assertRefused(() -> serverUpdate(table, copy), "another device");
                    assertThat(Bits.of(copy)).isEqualTo(before);
                });
    }

    /** As for two devices of which the first is not the table's. */
    @Test
    void aTicketAddedToACopysGradientIsRefused() {
        afterAPass(
                trainer -> {
                    NDArray copy = table.duplicate();
                    FusedTwins.addGradient(copy, 0);
                    assertRefused(() -> serverUpdate(copy, table), "a copy of the table");
                    assertThat(Bits.of(copy)).isEqualTo(before);
                });
    }

    /** As for two devices of which the other looked up nothing. */
    @Test
    void aCopyWithoutLookupsIsNeverUpdated() {
        afterAPass(
                trainer -> {
                    NDArray copy = table.duplicate();
                    copy.setRequiresGradient(true);
                    // PyTorch does not add a dense gradient, of zeros, to a COO tensor.
                    assertThatThrownBy(() -> serverUpdate(table, copy))
                            .isInstanceOf(EngineException.class);
                    assertRefused(() -> serverUpdate(copy, table), "a copy of the table");
                    assertThat(Bits.of(copy)).isEqualTo(before);
                });
    }

    @Test
    void djlsOptimizersThrow() {
        Tracker rate = Tracker.fixed(0.1f);
        Optimizer[] optimizers = {
            Optimizer.sgd().setLearningRateTracker(rate).build(),
            Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build(),
            Optimizer.adam().build(),
            Adam.builder().optLearningRateTracker(rate).optWeightDecays(0.1f).build(),
            Optimizer.adamW().build(),
        };
        for (Optimizer optimizer : optimizers) {
            try (Model model = FusedTwins.model(wte);
                    Trainer trainer = FusedTwins.trainer(model, optimizer)) {
                FusedTwins.once(trainer, new Random(1));
                assertThatThrownBy(trainer::step).isInstanceOf(EngineException.class);
                assertThat(table.sum().getFloat()).isFinite();
            }
            open();
        }
    }

    @Test
    void theNextLookupAfterAnotherOptimizersStepIsRefused() {
        Optimizer naive =
                new Optimizer(new NoOptions()) {
                    @Override
                    public void update(String parameterId, NDArray weight, NDArray grad) {
                        try (NDArray values = weight.stopGradient()) {
                            values.addi(grad.mul(-0.1f));
                        }
                    }
                };
        try (Model model = FusedTwins.model(wte);
                Trainer trainer = FusedTwins.trainer(model, naive)) {
            FusedTwins.once(trainer, new Random(1));
            trainer.step();
            assertThatThrownBy(() -> FusedTwins.once(trainer, new Random(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("(60, 7)", "optFused", "NaN", "another optimiser");
        }
    }

    @Test
    void afterAFailedStepTheNextOneCounts() {
        int[] expected = twins.train(false, FusedTwins::same, FusedTwins::once, sgd(0.1f));
        float[] rates = {Float.NaN, 0.1f};
        int[] calls = new int[1];
        RowSparseOptimizer optimizer =
                RowSparseSgd.builder()
                        .optLearningRateTracker((id, step) -> rates[calls[0]++ % 2])
                        .build();
        FusedTwins.steps(
                wte,
                optimizer,
                (trainer, random) -> {
                    FusedTwins.once(trainer, random);
                    assertThatThrownBy(trainer::step).hasMessageContaining("learning rate");
                });
        assertThat(Bits.of(table)).isEqualTo(expected);
    }

    @Test
    void aTableThatReplacesAnotherHasLookupsOfItsOwn() {
        assertThat(resized(true)).isEqualTo(resized(false));
    }

    private int[] resized(boolean fused) {
        TokenEmbedding resized = FusedTwins.builder(twins.weight(DataType.FLOAT32), fused).build();
        try (Model model = FusedTwins.model(resized)) {
            try (Trainer trainer = FusedTwins.trainer(model, sgd(0.1f))) {
                FusedTwins.once(trainer, new Random(1)); // never stepped
            }
            resized.resize(FusedTwins.ROWS + 1, NewRows.zeros());
            try (Trainer trainer = FusedTwins.trainer(model, sgd(0.1f))) {
                FusedTwins.once(trainer, new Random(2));
                trainer.step();
            }
            return Bits.of(resized.getParameters().valueAt(0).getArray());
        }
    }

    @Test
    void aTableThatIsLoadedBeforeTheStepIsNotMoved() throws Exception {
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        wte.saveParameters(new DataOutputStream(saved));
        try (Model model = FusedTwins.model(wte);
                Trainer trainer = FusedTwins.trainer(model, sgd(0.1f))) {
            FusedTwins.once(trainer, new Random(1));
            wte.loadParameters(
                    twins.manager(),
                    new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
            assertThatThrownBy(trainer::step).isInstanceOf(IllegalStateException.class);
            assertThat(Bits.of(wte.getParameters().valueAt(0).getArray())).isEqualTo(before);
        }
    }

    private static RowSparseOptimizer sgd(float rate) {
        return RowSparseSgd.builder().optLearningRateTracker(Tracker.fixed(rate)).build();
    }

    private void afterAPass(Consumer<Trainer> test) {
        try (Model model = FusedTwins.model(wte);
                Trainer trainer = FusedTwins.trainer(model, sgd(0.1f))) {
            FusedTwins.once(trainer, new Random(1));
            test.accept(trainer);
        }
    }

    private void assertRefused(ThrowingCallable step, String found) {
        assertThatThrownBy(step)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("(60, 7)", "optFused", found, "optSparse");
        assertThat(Bits.of(table)).isEqualTo(before);
    }

    private void update(NDArray weight, NDArray gradient) {
        try (RowSparseOptimizer optimizer = sgd(0.1f)) {
            optimizer.update(wte.getParameters().valueAt(0).getId(), weight, gradient);
        }
    }

    /** Updates copies of the table as DJL's trainer does. */
    private void serverUpdate(NDArray... copies) {
        try (RowSparseOptimizer optimizer = sgd(0.1f);
                LocalParameterServer server = new LocalParameterServer(optimizer)) {
            server.update(wte.getParameters().valueAt(0).getId(), copies);
        }
    }

    /** DJL's builder of optimisers is abstract. */
    private static final class NoOptions extends Optimizer.OptimizerBuilder<NoOptions> {
        @Override
        protected NoOptions self() {
            return this;
        }
    }
}
