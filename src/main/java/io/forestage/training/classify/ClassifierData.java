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
 * What a classifier learns from and is measured on.
 *
 * @param texts all texts
 * @param trained those to learn from
 * @param heldOut the others
 */
record ClassifierData(LabeledTexts texts, BagExamples trained, BagExamples heldOut) {

    static ClassifierData read(Path file, StartingModel init, ClassifierOptions options)
            throws IOException {
        LabeledTexts texts;
        try (TextTokenizer tokenizer = init.loadTokenizer()) {
            texts = LabeledTexts.read(file, tokenizer);
        }
        HeldOut split = HeldOut.ofEachClass(texts, options.heldOut(), options.steps().seed());
        if (options.heldOut() > 0 && split.kept().length == 0) {
            throw new IllegalArgumentException(
                    "%s: expected enough lines to hold a share of %s of each class out, found %d lines of %d classes; give more lines, a larger held-out, or 0 to train on all"
                            .formatted(
                                    file, options.heldOut(), texts.size(), texts.labels().size()));
        }
        return new ClassifierData(
                texts,
                new BagExamples(texts, split.trained()),
                new BagExamples(texts, split.kept()));
    }

    Map<String, String> identity(ClassifierOptions options) {
        return TrainingCheckpoint.identityOf(
                "classify", options.asText(), "data", List.of(texts.file()));
    }

    /** The accuracy of naming the most frequent class of the trained rows always; or NaN. */
    double mostFrequent() {
        long[] counts = trained.counts();
        int most =
                IntStream.range(0, counts.length)
                        .reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
        return (double) heldOut.counts()[most] / heldOut.size();
    }

    /** Rows that are learned from, and rows that are kept to see what was learned. */
    static final class HeldOut {

        private static final int DEALING = 13;

        private final int[] trained;
        private final int[] kept;

        private HeldOut(List<Integer> trained, List<Integer> kept) {
            this.trained = array(trained);
            this.kept = array(kept);
        }

        /** Keeps a share of each class, a row's first one, but always leaves one to learn from. */
        static HeldOut ofEachClass(LabeledTexts texts, double share, long seed) {
            List<Integer> trained = new ArrayList<>();
            List<Integer> kept = new ArrayList<>();
            for (int label = 0; label < texts.labels().size(); label++) {
                int wanted = label;
                int[] rows =
                        IntStream.range(0, texts.size())
                                .filter(row -> texts.classesOf(row)[0] == wanted)
                                .toArray();
                new KeyedRandom(seed, DEALING, label).shuffle(rows);
                int count = (int) Math.min(rows.length - 1L, Math.round(rows.length * share));
                for (int i = 0; i < rows.length; i++) {
                    (i < count ? kept : trained).add(rows[i]);
                }
            }
            return new HeldOut(trained, kept);
        }

        /** The numbers of the rows to learn from, ascending. */
        int[] trained() {
            return trained;
        }

        /** The numbers of the others. */
        int[] kept() {
            return kept;
        }

        private static int[] array(List<Integer> rows) {
            return rows.stream().mapToInt(Integer::intValue).sorted().toArray();
        }
    }
}
