package io.forestage.training;

import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a language model learns from and is measured on.
 *
 * @param files the files of the text
 * @param trained windows of the text's beginning
 * @param heldOut windows of its end, side by side
 */
record LanguageModelData(List<TextFile> files, WindowExamples trained, WindowExamples heldOut) {

    static LanguageModelData read(
            List<Path> texts, StartingModel start, LanguageModelOptions options)
            throws IOException {
        TrainingText text;
        try (TextTokenizer tokenizer = start.loadTokenizer()) {
            text = new TextReader(tokenizer, TextCut.NOWHERE).read(texts);
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
        return TrainingIdentity.of("lm", options.asText(), "text", files);
    }
}
