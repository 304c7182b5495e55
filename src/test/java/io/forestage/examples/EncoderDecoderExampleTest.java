package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.TokenEmbedding;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two input stages with sinusoids and cross-attention learn a language in which each word has one
 * translation, in the source's order: the word to write depends on the position alone.
 */
class EncoderDecoderExampleTest {

    private static final int SENTENCES = 64;
    private static final int LENGTH = 5;
    private static final int WORDS = 7;
    private static final int WIDTH = 32;

    @Test
    void itLearnsToTranslateWordByWord() throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        try (Model model = Model.newInstance("translation", "PyTorch")) {
            model.setBlock(new EncoderDecoder(words(), words(), 2));
            NDManager manager = model.getNDManager();
            long[] source = new Random(2).longs(SENTENCES * LENGTH, 1, WORDS).toArray();
            long[] translated = new long[source.length];
            for (int i = 0; i < source.length; i++) {
                translated[i] = WORDS - source[i];
            }
            Shape shape = new Shape(SENTENCES, LENGTH);
            NDArray sources = manager.create(source, shape);
            NDArray starts = manager.zeros(shape).toType(sources.getDataType(), false);
            NDArray labels = manager.create(translated, shape);
            ArrayDataset dataset =
                    new ArrayDataset.Builder()
                            .setData(sources, starts)
                            .optLabels(labels)
                            .setSampling(SENTENCES, false)
                            .build();
            try (Trainer trainer = model.newTrainer(config())) {
                trainer.initialize(shape, shape);

                EasyTrain.fit(trainer, 200, dataset, null);

                NDArray logits = trainer.evaluate(new NDList(sources, starts)).head();
                assertThat(logits.getShape()).isEqualTo(new Shape(SENTENCES, LENGTH, WORDS));
                assertThat(logits.argMax(2).toLongArray()).isEqualTo(translated);
            }
        }
    }

    private static TokenEmbedding words() {
        return TokenEmbedding.builder()
                .setNumEmbeddings(WORDS)
                .setEmbeddingDim(WIDTH)
                .optInitializer(new NormalInitializer((float) (1 / Math.sqrt(WIDTH))))
                .build();
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(new EachWord())
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
    }

    /** The cross-entropy of each word of each sentence. */
    private static final class EachWord extends Loss {

        EachWord() {
            super("each word");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList logits) {
            return Loss.softmaxCrossEntropyLoss()
                    .evaluate(
                            new NDList(labels.head().flatten()),
                            new NDList(logits.head().reshape(-1, WORDS)));
        }
    }
}
