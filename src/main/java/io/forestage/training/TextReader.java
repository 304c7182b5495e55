package io.forestage.training;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads UTF-8 files and tokenizes them, some pieces at a time, on all cores. A break lies where the
 * text is cut and between files.
 */
final class TextReader {

    /** A tokenizer's batch: large enough for all cores, small beside the ids. */
    private static final int BATCH = 1 << 19;

    private final TextTokenizer tokenizer;
    private final TextCut cut;
    private final TokenList ids = new TokenList();
    private final List<String> batch = new ArrayList<>();
    private int batched;

    TextReader(TextTokenizer tokenizer, TextCut cut) {
        this.tokenizer = tokenizer;
        this.cut = cut;
    }

    TrainingText read(List<Path> files) throws IOException {
        List<TextFile> read = new ArrayList<>();
        for (Path file : files) {
            read.add(new TextFileReader(cut::pieces).read(file, (text, line) -> add(text)));
            tokenize();
            if (cut == TextCut.NOWHERE) {
                ids.add(TrainingText.BREAK);
            }
        }
        return new TrainingText(ids.toArray(), tokenizer.vocabularySize(), List.copyOf(read));
    }

    private void add(String piece) {
        batch.add(piece);
        batched += piece.length();
        if (batched >= BATCH) {
            tokenize();
        }
    }

    private void tokenize() {
        for (TokenSequence piece : tokenizer.encodeAll(batch, SpecialTokens.AS_TEXT)) {
            for (long id : piece.ids()) {
                ids.add((int) id);
            }
            if (cut == TextCut.PARAGRAPHS) {
                ids.add(TrainingText.BREAK);
            }
        }
        batch.clear();
        batched = 0;
    }
}
