package io.forestage.training;

import io.forestage.support.Quoted;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Tokenizes pieces of files, on all cores, and tells of one that cannot be where it stands. */
record PieceEncoder(TextTokenizer tokenizer) {

    /** A piece of a file, and the line that it ends at. */
    record Piece(String text, int line) {}

    /** The ids of each piece of a file. */
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

    /** The tokenizer counts texts, of which a person who reads the file knows nothing. */
    private IOException refused(Path file, List<Piece> pieces, IllegalArgumentException failure) {
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
        return new IOException(file + ": " + failure.getMessage(), failure);
    }
}
