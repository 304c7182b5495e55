package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.training.TrainingProgress;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that fail or are interrupted: weights that are not finite, an interrupted thread. */
class TrainingSessionTest {

    @TempDir Path temporary;

    @Test
    void weightsThatAreNotFiniteAreNotWritten() throws IOException {
        Path model = temporary.resolve("model");
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(model, Map.of());
        List<TrainingProgress> received = new ArrayList<>();
        TrainingSession session = new TrainingSession(new DivergesAtStep(4), checkpoint);

        assertThatThrownBy(() -> session.train(2, received::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("step 4 of 6: expected finite weights, found NaN or infinity")
                .hasMessageContaining("the last good checkpoint is " + checkpoint.file());
        assertThat(received).hasSize(3);
        TrainingSession resumed = new TrainingSession(new DivergesAtStep(100), checkpoint);
        List<TrainingProgress> continued = new ArrayList<>();
        resumed.resume(checkpoint);
        resumed.train(2, continued::add);
        assertThat(continued.get(0).step()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"2, 6", "2, 1", "5, 6"})
    void anInterruptedTrainingKeepsACheckpointAndGoesOn(long step, int every) throws IOException {
        TrainingCheckpoint checkpoint =
                new TrainingCheckpoint(temporary.resolve("model"), Map.of());
        TrainingSession session = new TrainingSession(new DivergesAtStep(100), checkpoint);
        List<TrainingProgress> before = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                session.train(
                                        every,
                                        progress -> {
                                            before.add(progress);
                                            if (progress.step() == step) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("interrupted after step %d of 6".formatted(step + 1))
                .hasMessageContaining(checkpoint.file().toString());

        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
        assertThat(before).hasSize((int) step + 1);
        TrainingSession resumed = new TrainingSession(new DivergesAtStep(100), checkpoint);
        List<TrainingProgress> goesOn = new ArrayList<>();
        resumed.resume(checkpoint);
        resumed.train(6, goesOn::add);
        assertThat(goesOn).hasSize(5 - (int) step);
        assertThat(resumed.curve().steps()).hasSize(6);
    }

    /** Six steps of one token each; the weights are not finite from one of them on. */
    private static final class DivergesAtStep implements Learner {

        private final long diverged;
        private long done;

        DivergesAtStep(long diverged) {
            this.diverged = diverged;
        }

        @Override
        public long steps() {
            return 6;
        }

        @Override
        public long allTokens() {
            return 6;
        }

        @Override
        public double learningRate(long step) {
            return 1;
        }

        @Override
        public StepResult train(long step) {
            done = step + 1;
            return new StepResult(1, 0.5, 1);
        }

        @Override
        public boolean isFinite() {
            return done < diverged;
        }

        @Override
        public List<TensorSource> state() {
            return List.of();
        }

        @Override
        public void restore(WeightFile checkpoint) {}
    }
}
