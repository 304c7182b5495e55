package io.forestage.training.text;

import io.forestage.support.Quoted;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads UTF-8 files and tokenizes them in batches on all cores. The result has a break at each cut
 * between paragraphs without their blank lines; before each file whose paragraphs are whole; after
 * each file that is not cut.
 */
public final class TextReader {

    /** The characters of a batch: enough for all cores, little beside the ids. */
    private static final int BATCH_CHARACTERS = 1 << 19;

    private final TextTokenizer tokenizer;
    private final PieceEncoder encoder;
    private final TextCut cut;
    private final TokenList ids = new TokenList();

    /** The index of each piece's first token. */
    private final TokenList starts = new TokenList();

    private final List<PieceEncoder.Piece> batch = new ArrayList<>();
    private int batched;

    public TextReader(TextTokenizer tokenizer, TextCut cut) {
        this.tokenizer = tokenizer;
        encoder = new PieceEncoder(tokenizer);
        this.cut = cut;
    }

    /**
     * Reads and tokenizes files, in order.
     *
     * @throws IOException if a file cannot be read, is not UTF-8, or has a character that the
     *     vocabulary lacks; the message names the file and the line
     */
    public TrainingText read(List<Path> files) throws IOException {
        List<TextFileReader.TextFile> read = new ArrayList<>();
        for (Path file : files) {
            if (cut == TextCut.WHOLE_PARAGRAPHS) {
                starts.add(ids.size());
                ids.add(TrainingText.BREAK);
            }
            read.add(
                    new TextFileReader(cut::pieces)
                            .read(file, (text, line) -> add(file, text, line)));
            tokenize(file);
            if (cut == TextCut.FILES) {
                ids.add(TrainingText.BREAK);
            }
        }
        return new TrainingText(
                ids.toArray(), starts.toArray(), tokenizer.vocabularySize(), List.copyOf(read));
    }

    private void add(Path file, String text, int line) throws IOException {
        batch.add(new PieceEncoder.Piece(text, line));
        batched += text.length();
        if (batched >= BATCH_CHARACTERS) {
            tokenize(file);
        }
    }

    private void tokenize(Path file) throws IOException {
        for (long[] piece : encoder.encode(file, batch)) {
            if (!followsFilesBreak()) {
                starts.add(ids.size());
            }
            for (long id : piece) {
                ids.add((int) id);
            }
            if (cut == TextCut.PARAGRAPHS) {
                ids.add(TrainingText.BREAK);
            }
        }
        batch.clear();
        batched = 0;
    }

    /** Returns whether the next token is a file's first: the break before it is of its piece. */
    private boolean followsFilesBreak() {
        return cut == TextCut.WHOLE_PARAGRAPHS && ids.array()[ids.size() - 1] == TrainingText.BREAK;
    }

    /** Tokenizes pieces of files on all cores; an error names the file and the line. */
    record PieceEncoder(TextTokenizer tokenizer) {

        /** A piece of a file, and the number of its last line. */
        record Piece(String text, int line) {}

        /** Returns the token ids of each piece of a file. */
        List<long[]> encode(Path file, List<Piece> pieces) throws IOException {
            try {
                List<String> texts = pieces.stream().map(Piece::text).toList();
                return tokenizer.encodeAll(texts, SpecialTokens.AS_TEXT).stream()
                        .map(TokenSequence::ids)
                        .toList();
            } catch (IllegalArgumentException e) {
                throw refused(file, pieces, e);
            }
        }

        /** Finds the text that failed: the tokenizer's message has its index, but not its line. */
        private IOException refused(
                Path file, List<Piece> pieces, IllegalArgumentException failure) {
            for (Piece piece : pieces) {
                try {
                    tokenizer.encode(piece.text());
                } catch (IllegalArgumentException e) {
                    return new IOException(
                            "%s: in the text that ends at line %d: %s"
                                    .formatted(
                                            file,
                                            piece.line(),
                                            Quoted.line(String.valueOf(e.getMessage()))),
                            e);
                }
            }
            return new IOException("%s: %s".formatted(file, failure.getMessage()), failure);
        }
    }
}
