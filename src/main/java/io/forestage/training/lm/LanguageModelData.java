package io.forestage.training.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.session.Examples;
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
 * What a language model learns from and is measured on.
 *
 * @param files the files of the text
 * @param trained windows of the text's beginning
 * @param heldOut windows of its end, side by side
 */
record LanguageModelData(
        List<TextFileReader.TextFile> files, WindowExamples trained, WindowExamples heldOut) {

    static LanguageModelData read(
            List<Path> texts, StartingModel start, LanguageModelOptions options)
            throws IOException {
        TrainingText text;
        try (TextTokenizer tokenizer = start.loadTokenizer()) {
            text = new TextReader(tokenizer, TextCut.FILES).read(texts);
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
                    "%s: expected %d tokens or more to train on and to hold out, a context and one, found %d and %d; give more text, a smaller context or another held-out"
                            .formatted(texts, context + 1, border, ids.length - border));
        }
        return data;
    }

    /** As many of the trained windows as were held out, or a tenth where none were. */
    WindowExamples trainedSample() {
        int tenth = Math.max(1, trained.size() / 10);
        return trained.some(heldOut.size() == 0 ? tenth : heldOut.size());
    }

    Map<String, String> identity(LanguageModelOptions options) {
        return TrainingCheckpoint.identityOf("lm", options.asText(), "text", files);
    }

    /**
     * Windows of a text: the input is a window's tokens, the targets are those one place further
     * on. What is left at the end and fills no window counts for nothing.
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

        /** The windows between two places, a stride apart. */
        static WindowExamples of(int[] ids, int begin, int end, int context, int stride) {
            int room = end - begin - context - 1;
            int[] starts = new int[room < 0 ? 0 : room / stride + 1];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = begin + i * stride;
            }
            return new WindowExamples(ids, context, starts);
        }

        /** All tokens of the windows, many of them more than once. */
        IntStream tokens() {
            return Arrays.stream(starts)
                    .flatMap(start -> Arrays.stream(ids, start, start + context + 1));
        }

        /** At most so many of the windows, evenly spread. */
        WindowExamples some(int most) {
            int count = Math.min(most, starts.length);
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
            return new NDList(manager.create(taken(rows, 0), new Shape(rows.length, context)));
        }

        @Override
        public NDArray labels(NDManager manager, int[] rows) {
            return manager.create(taken(rows, 1));
        }

        private long[] taken(int[] rows, int shift) {
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
