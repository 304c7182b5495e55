package io.forestage.training.classify;

import io.forestage.tokens.TextTokenizer;
import io.forestage.training.session.KeyedRandom;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCheckpoint;
import io.forestage.training.text.LabeledTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The labelled texts of a classifier's training, split in two.
 *
 * @param texts all texts
 * @param trained the texts to train on
 * @param heldOut the texts held out for evaluation
 */
record ClassifierData(LabeledTexts texts, BagExamples trained, BagExamples heldOut) {

    static ClassifierData read(Path file, StartingModel init, ClassifierOptions options)
            throws IOException {
        LabeledTexts texts;
        try (TextTokenizer tokenizer = init.loadTokenizer()) {
            texts = LabeledTexts.read(file, tokenizer);
        }
        Split split = Split.ofEachClass(texts, options.heldOut(), options.steps().seed());
        if (options.heldOut() > 0 && split.heldOut().length == 0) {
            throw new IllegalArgumentException(
                    "%s: expected enough lines to hold out a share of %s of each class, found %d lines of %d classes; give more lines, a larger held-out, or 0 to train on all"
                            .formatted(
                                    file, options.heldOut(), texts.size(), texts.labels().size()));
        }
        return new ClassifierData(
                texts,
                new BagExamples(texts, split.trained()),
                new BagExamples(texts, split.heldOut()));
    }

    Map<String, String> identity(ClassifierOptions options) {
        return TrainingCheckpoint.identityOf(
                "classify", options.asText(), "data", List.of(texts.file()));
    }

    /**
     * Returns the held-out accuracy of always predicting the most frequent class of the trained
     * rows; NaN if nothing is held out.
     */
    double mostFrequent() {
        long[] counts = trained.counts();
        int mostFrequent =
                IntStream.range(0, counts.length)
                        .reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
        return (double) heldOut.counts()[mostFrequent] / heldOut.size();
    }

    /** A split of rows into those to train on and those to hold out. */
    static final class Split {

        private static final int SPLITTING = 13;

        private final int[] trained;
        private final int[] heldOut;

        private Split(List<Integer> trained, List<Integer> heldOut) {
            this.trained = array(trained);
            this.heldOut = array(heldOut);
        }

        /**
         * Holds out a share of each class, by a row's first label, but leaves one row of each to
         * train on.
         */
        static Split ofEachClass(LabeledTexts texts, double share, long seed) {
            List<Integer> trained = new ArrayList<>();
            List<Integer> heldOut = new ArrayList<>();
            for (int label = 0; label < texts.labels().size(); label++) {
                int wanted = label;
                int[] rows =
                        IntStream.range(0, texts.size())
                                .filter(row -> texts.classesOf(row)[0] == wanted)
                                .toArray();
                new KeyedRandom(seed, SPLITTING, label).shuffle(rows);
                int count = (int) Math.min(rows.length - 1L, Math.round(rows.length * share));
                for (int i = 0; i < rows.length; i++) {
                    (i < count ? heldOut : trained).add(rows[i]);
                }
            }
            return new Split(trained, heldOut);
        }

        /** Returns the numbers of the rows to train on, in ascending order. */
        int[] trained() {
            return trained;
        }

        /** Returns the numbers of the rows held out, in ascending order. */
        int[] heldOut() {
            return heldOut;
        }

        private static int[] array(List<Integer> rows) {
            return rows.stream().mapToInt(Integer::intValue).sorted().toArray();
        }
    }
}
