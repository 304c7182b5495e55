package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.StoredType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The held-out loss along the way, the curve that grows with it, and where a training stops. */
class EarlyStoppingTest {

    private static final double[] LOSSES = {5, 4, 3, 3.5, 2, 2.5, 2, 2.1, 1, 0.5};
    private static final TrainingRun RUN =
            new TrainingRun(1, 3, StoredType.FLOAT32, TrainingRun.Start.NEW, false);

    @TempDir Path temporary;

    @Test
    void itStopsAfterSoManyMeasurementsWithoutANewLeast() throws IOException {
        // Seen after each step: 5 4 3 3.5 2 2.5 2 2.1, where 2 the second time is no new least.
        Numbers learner = new Numbers(1, 3);

        TrainingCurve curve = train(learner, RUN, progress -> {});

        assertThat(curve.last().step()).isEqualTo(8);
        assertThat(learner.value).as("the state of the least loss").isEqualTo(5);
        assertThat(curve.steps())
                .extracting(TrainingProgress::heldOutLoss)
                .containsExactly(5.0, 4.0, 3.0, 3.5, 2.0, 2.5, 2.0, 2.1);
    }

    @Test
    void withoutPatienceItGoesToItsEnd() throws IOException {
        Numbers learner = new Numbers(2, 0);

        TrainingCurve curve = train(learner, RUN, progress -> {});

        assertThat(curve.last().step()).isEqualTo(LOSSES.length);
        assertThat(learner.value).isEqualTo(LOSSES.length);
        assertThat(curve.toCsv().lines().skip(1).map(line -> line.split(",", -1)[6]))
                .containsExactly(
                        "",
                        "4.000000",
                        "",
                        "3.500000",
                        "",
                        "2.500000",
                        "",
                        "2.100000",
                        "",
                        "0.500000");
    }

    @Test
    void aResumedTrainingStopsAtTheSamePlaceWithTheSameState() throws IOException {
        for (int cut = 1; cut <= 7; cut++) {
            Path model = temporary.resolve("model" + cut);
            Numbers first = new Numbers(1, 3);
            TrainingRun everyStep = RUN.withCheckpointEvery(1);
            int last = cut;
            assertThatThrownBy(() -> train(model, first, everyStep, Interruption.after(last)))
                    .isInstanceOf(Interruption.class);

            Numbers second = new Numbers(1, 3);
            List<Long> checkpoints = new ArrayList<>();
            TrainingCurve curve =
                    train(
                            model,
                            second,
                            everyStep.withStart(TrainingRun.Start.RESUME),
                            new TrainingListener() {
                                @Override
                                public void onStep(TrainingProgress progress) {}

                                @Override
                                public void onCheckpoint(Path file, long step) {
                                    checkpoints.add(step);
                                }
                            });

            assertThat(checkpoints.get(0)).as("the one to resume from").isEqualTo(cut);

            assertThat(curve.last().step()).isEqualTo(8);
            assertThat(second.value).as("cut after %d", cut).isEqualTo(5);
        }
    }

    @Test
    void aBestStateThatIsNotTheBestOnesIsRefused() throws IOException {
        Path model = temporary.resolve("model");
        Path best = temporary.resolve("model-training/best.safetensors");
        Path older = temporary.resolve("older");
        assertThatThrownBy(
                        () ->
                                train(
                                        model,
                                        new Numbers(1, 3),
                                        RUN,
                                        progress -> {
                                            keep(progress.step() == 2, best, older);
                                            keep(progress.step() == 7, older, best);
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("best.safetensors: expected the state after step 5")
                .hasMessageContaining("found that after step 2");
    }

    @Test
    void theCurveGrowsAsTheTrainingGoes() throws IOException {
        Path curve = temporary.resolve("model-training/curve.csv");
        List<Long> lines = new ArrayList<>();

        train(
                new Numbers(1, 0),
                RUN,
                progress -> {
                    try (var read = Files.lines(curve)) {
                        lines.add(read.count());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });

        // A line for the names; the steps of a checkpoint, every third, before the next one is
        // heard.
        assertThat(lines.get(0)).isEqualTo(1);
        assertThat(lines.get(3)).isGreaterThanOrEqualTo(3);
        assertThat(lines.get(9)).isGreaterThanOrEqualTo(9);
        assertThat(Files.readAllLines(curve)).hasSize(1 + LOSSES.length);
    }

    @Test
    void theCurveIsNotWrittenThroughALink() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("model-training"));
        Path precious = Files.writeString(temporary.resolve("precious"), "precious");
        Files.createSymbolicLink(folder.resolve("curve.csv"), precious);

        assertThatThrownBy(() -> train(new Numbers(1, 0), RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "curve.csv: expected a file that Forestage created, found a symbolic link");
        assertThat(precious).hasContent("precious");
    }

    private TrainingCurve train(Learner learner, TrainingRun run, TrainingListener listener)
            throws IOException {
        return train(temporary.resolve("model"), learner, run, listener);
    }

    private static TrainingCurve train(
            Path model, Learner learner, TrainingRun run, TrainingListener listener)
            throws IOException {
        try (ModelTraining training = ModelTraining.open(model, run)) {
            return training.train(learner, Map.of("task", "numbers"), listener);
        }
    }

    private static void keep(boolean now, Path from, Path to) {
        if (now) {
            try {
                Files.write(to, Files.readAllBytes(from));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What learns a number, the count of its steps. */
    private static final class Numbers implements Learner {

        private final int every;
        private final int patience;
        private long value;

        Numbers(int every, int patience) {
            this.every = every;
            this.patience = patience;
        }

        @Override
        public long steps() {
            return LOSSES.length;
        }

        @Override
        public long allTokens() {
            return LOSSES.length;
        }

        @Override
        public double learningRate(long step) {
            return 1;
        }

        @Override
        public StepResult train(long step) {
            value++;
            return new StepResult(1, 1, 1);
        }

        @Override
        public double heldOutLoss(long done) {
            return done % every == 0 ? LOSSES[(int) done - 1] : Double.NaN;
        }

        @Override
        public int patience() {
            return patience;
        }

        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public List<TensorSource> state() {
            return List.of(TensorSource.ofLongs("value", List.of(1L), new long[] {value}));
        }

        @Override
        public void restore(WeightFile checkpoint) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            checkpoint.transferTo(checkpoint.require("value"), Channels.newChannel(bytes));
            value = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
    }
}
