package io.forestage.training.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.session.Examples;
import io.forestage.training.session.KeyedRandom;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCheckpoint;
import io.forestage.training.text.TextCut;
import io.forestage.training.text.TextFileReader;
import io.forestage.training.text.TextReader;
import io.forestage.training.text.TrainingText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The training and held-out windows of a text.
 *
 * @param files the files of the text
 * @param trained windows of the text's first part
 * @param heldOut windows of the rest, which do not overlap
 */
record LanguageModelData(
        List<TextFileReader.TextFile> files, WindowExamples trained, WindowExamples heldOut) {

    private static final int MIXING = 6;

    /**
     * Reads the files of a text and cuts their tokens into windows.
     *
     * @throws IllegalArgumentException if either part of the text is shorter than a window
     */
    static LanguageModelData read(
            List<Path> texts, StartingModel start, LanguageModelOptions options)
            throws IOException {
        TrainingText text;
        try (TextTokenizer tokenizer = start.loadTokenizer()) {
            text = read(tokenizer, texts, options);
        }
        int[] ids = text.ids();
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ids[i] == TrainingText.BREAK ? (int) start.endOfText() : ids[i];
        }
        int border = (int) Math.round(ids.length * (1 - options.heldOut()));
        int context = options.context();
        LanguageModelData data =
                new LanguageModelData(
                        text.files(),
                        WindowExamples.of(ids, 0, border, context, options.stride()),
                        WindowExamples.of(ids, border, ids.length, context, context));
        if (data.trained().size() == 0 || (options.heldOut() > 0 && data.heldOut().size() == 0)) {
            throw new IllegalArgumentException(
                    "%s: expected at least %d tokens (context + 1) to train on and to hold out, found %d and %d; give more text, a smaller context or another held-out"
                            .formatted(texts, context + 1, border, ids.length - border));
        }
        return data;
    }

    private static TrainingText read(
            TextTokenizer tokenizer, List<Path> texts, LanguageModelOptions options)
            throws IOException {
        return switch (options.order()) {
            case KEPT -> new TextReader(tokenizer, TextCut.FILES).read(texts);
            case MIXED ->
                    new TextReader(tokenizer, TextCut.WHOLE_PARAGRAPHS)
                            .read(texts)
                            .mixed(new KeyedRandom(options.steps().seed(), MIXING)::shuffle);
        };
    }

    /** Returns as many of the trained windows as were held out, or a tenth if none were. */
    WindowExamples trainedSample() {
        int tenth = Math.max(1, trained.size() / 10);
        return trained.sample(heldOut.size() == 0 ? tenth : heldOut.size());
    }

    Map<String, String> identity(LanguageModelOptions options) {
        return TrainingCheckpoint.identityOf("lm", options.asText(), "text", files);
    }

    /**
     * Windows of a text. The inputs are a window's tokens, the targets are the tokens one position
     * later. Tokens at the end that fill no window are not used.
     */
    static final class WindowExamples implements Examples {

        private final int[] ids;
        private final int context;
        private final int[] starts;

        private WindowExamples(int[] ids, int context, int[] starts) {
            this.ids = ids;
            this.context = context;
            this.starts = starts;
        }

        /** Returns the windows between two positions, a stride apart. */
        static WindowExamples of(int[] ids, int begin, int end, int context, int stride) {
            int room = end - begin - context - 1;
            int[] starts = new int[room < 0 ? 0 : room / stride + 1];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = begin + i * stride;
            }
            return new WindowExamples(ids, context, starts);
        }

        /** Returns all tokens of the windows, with repetitions. */
        IntStream tokens() {
            return Arrays.stream(starts)
                    .flatMap(start -> Arrays.stream(ids, start, start + context + 1));
        }

        /** Returns at most {@code max} of the windows, evenly spread. */
        WindowExamples sample(int max) {
            int count = Math.min(max, starts.length);
            int[] chosen = new int[count];
            for (int i = 0; i < count; i++) {
                chosen[i] = starts[(int) ((long) i * starts.length / count)];
            }
            return new WindowExamples(ids, context, chosen);
        }

        @Override
        public int size() {
            return starts.length;
        }

        @Override
        public long tokens(int[] rows) {
            return (long) rows.length * context;
        }

        @Override
        public long targets(int[] rows) {
            return tokens(rows);
        }

        @Override
        public NDList inputs(NDManager manager, int[] rows) {
            return new NDList(manager.create(idsOf(rows, 0), new Shape(rows.length, context)));
        }

        @Override
        public NDArray labels(NDManager manager, int[] rows) {
            return manager.create(idsOf(rows, 1));
        }

        private long[] idsOf(int[] rows, int shift) {
            return Arrays.stream(rows)
                    .flatMap(
                            row ->
                                    Arrays.stream(
                                            ids,
                                            starts[row] + shift,
                                            starts[row] + shift + context))
                    .asLongStream()
                    .toArray();
        }
    }
}
