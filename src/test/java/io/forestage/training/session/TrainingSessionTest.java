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

/** Trainings that end early: weights that are not finite, an interrupted thread. */
class TrainingSessionTest {

    @TempDir Path temporary;

    @Test
    void weightsThatAreNoNumbersAreNeverKept() throws IOException {
        Path model = temporary.resolve("model");
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(model, Map.of());
        List<TrainingProgress> heard = new ArrayList<>();
        TrainingSession session = new TrainingSession(new SpoiltAtStep(4), checkpoint);

        assertThatThrownBy(() -> session.train(2, heard::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("step 4 of 6: expected finite weights, found others")
                .hasMessageContaining("the last good checkpoint is " + checkpoint.file());
        assertThat(heard).hasSize(3);
        TrainingSession resumed = new TrainingSession(new SpoiltAtStep(100), checkpoint);
        List<TrainingProgress> goesOn = new ArrayList<>();
        resumed.resume(checkpoint);
        resumed.train(2, goesOn::add);
        assertThat(goesOn.get(0).step()).isEqualTo(3);
    }

    @Test
    void anInterruptedTrainingKeepsACheckpointAndGoesOn() throws IOException {
        TrainingCheckpoint checkpoint =
                new TrainingCheckpoint(temporary.resolve("model"), Map.of());
        TrainingSession session = new TrainingSession(new SpoiltAtStep(100), checkpoint);

        assertThatThrownBy(
                        () ->
                                session.train(
                                        6,
                                        progress -> {
                                            if (progress.step() == 2) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("interrupted after step 2 of 6")
                .hasMessageContaining(checkpoint.file().toString());

        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
        TrainingSession resumed = new TrainingSession(new SpoiltAtStep(100), checkpoint);
        List<TrainingProgress> goesOn = new ArrayList<>();
        resumed.resume(checkpoint);
        resumed.train(6, goesOn::add);
        assertThat(goesOn).extracting(TrainingProgress::step).containsExactly(3L, 4L, 5L, 6L);
    }

    /** Six steps of one token each, whose weights are spoilt by one of them. */
    private static final class SpoiltAtStep implements Learner {

        private final long spoilt;
        private long done;

        SpoiltAtStep(long spoilt) {
            this.spoilt = spoilt;
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
            return done < spoilt;
        }

        @Override
        public List<TensorSource> state() {
            return List.of();
        }

        @Override
        public void restore(WeightFile checkpoint) {}
    }
}
