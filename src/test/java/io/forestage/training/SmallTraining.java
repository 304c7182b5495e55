package io.forestage.training;

import io.forestage.training.classify.ClassifierOptions;
import io.forestage.training.classify.ClassifierStart;
import io.forestage.training.classify.ClassifierTraining;
import io.forestage.training.classify.TestClassifiers;
import io.forestage.training.lm.LanguageModelOptions;
import io.forestage.training.lm.LanguageModelTraining;
import io.forestage.training.skipgram.SkipGramOptions;
import io.forestage.training.skipgram.SkipGramTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A training of each task that takes some seconds, and its input. */
public enum SmallTraining {
    SKIP_GRAM {
        @Override
        public Path write(Path file) throws IOException {
            return TrainingTexts.write(file, 70_000, 1);
        }

        @Override
        public void run(Path input, Path model, TrainingRun run, TrainingListener listener)
                throws IOException {
            new SkipGramTraining(
                            List.of(input),
                            model,
                            new SkipGramOptions(8, 3, 2, 6, 1e-2, 0.05, 1, 1))
                    .run(run, listener);
        }
    },
    CLASSIFY {
        @Override
        public Path write(Path file) throws IOException {
            return TestClassifiers.writeLabelled(file, 80);
        }

        @Override
        public void run(Path input, Path model, TrainingRun run, TrainingListener listener)
                throws IOException {
            new ClassifierTraining(
                            input,
                            null,
                            model,
                            new ClassifierOptions(
                                    ClassifierStart.SCRATCH,
                                    4,
                                    0.01,
                                    0.01,
                                    0.2,
                                    new StepOptions(16, 1, 2, 1)))
                    .run(run, listener);
        }
    },
    LANGUAGE_MODEL {
        @Override
        public Path write(Path file) throws IOException {
            return TrainingTexts.write(file, 600, 1);
        }

        @Override
        public void run(Path input, Path model, TrainingRun run, TrainingListener listener)
                throws IOException {
            runLanguageModel(input, model, 0.2, run, listener);
        }
    };

    /** Writes the training's input. */
    public abstract Path write(Path file) throws IOException;

    /** Trains and writes the model. */
    public abstract void run(Path input, Path model, TrainingRun run, TrainingListener listener)
            throws IOException;

    /** Trains {@link #LANGUAGE_MODEL} with another dropout. */
    static void runLanguageModel(
            Path input, Path model, double dropout, TrainingRun run, TrainingListener listener)
            throws IOException {
        new LanguageModelTraining(
                        List.of(input),
                        null,
                        model,
                        new LanguageModelOptions(
                                4, 8, 8, 0.01, dropout, 0.1, new StepOptions(4, 2, 1, 1)))
                .run(run, listener);
    }
}
