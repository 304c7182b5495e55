package io.forestage.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.forestage.support.OpenGuard;
import io.forestage.tokens.bpe.TokenOffsets;
import io.forestage.tokens.bpe.Vocabulary;
import io.forestage.tokens.files.TokenizerJson;
import io.forestage.tokens.files.TokenizerKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Encodes with Hugging Face's library, which handles every allowed kind of tokenizer. */
final class NativeEncoder implements TextTokenizer.Encoder {

    private final NativeTokenizers natives;
    private final Vocabulary vocabulary;
    private final TokenizerKind kind;

    NativeEncoder(TokenizerJson json) throws TokenizerFileException {
        this.natives = new NativeTokenizers(json);
        this.vocabulary = json.vocabulary();
        this.kind = json.kind();
    }

    @Override
    public TokenSequence encode(String text, SpecialTokens specialTokens) {
        return natives.use(specialTokens, tokenizer -> encode(text, tokenizer));
    }

    @Override
    public List<TokenSequence> encodeAll(List<String> texts, SpecialTokens specialTokens) {
        return natives.use(
                specialTokens,
                tokenizer -> {
                    // Only where no text can be refused: an error inside a native batch crashes the
                    // process.
                    long[][] ids =
                            kind.keepsText() ? tokenizer.ids(texts.toArray(String[]::new)) : null;
                    List<TokenSequence> sequences = new ArrayList<>(texts.size());
                    for (int i = 0; i < texts.size(); i++) {
                        String text = texts.get(i);
                        try {
                            sequences.add(
                                    ids == null ? encode(text, tokenizer) : sequence(text, ids[i]));
                        } catch (IllegalArgumentException e) {
                            throw new IllegalArgumentException(
                                    "text %d: %s".formatted(i, e.getMessage()), e);
                        }
                    }
                    return List.copyOf(sequences);
                });
    }

    @Override
    public List<long[]> ids(List<String> texts, SpecialTokens specialTokens) {
        return encodeAll(texts, specialTokens).stream().map(TokenSequence::sharedIds).toList();
    }

    @Override
    public void checkOpen() {
        natives.checkOpen();
    }

    @Override
    public void close() {
        natives.close();
    }

    private TokenSequence encode(String text, NativeTokenizer tokenizer) {
        return kind.keepsText()
                ? sequence(text, tokenizer.ids(text))
                : new SpanOffsets(text).find(tokenizer.encoding(text), kind.mayDrop());
    }

    /** Finds the offsets at once, as this detects a character that the vocabulary lacks. */
    private TokenSequence sequence(String text, long[] ids) {
        return new TokenSequence(ids, TokenOffsets.of(text, vocabulary, ids));
    }

    /**
     * The native tokenizers of one vocabulary: one reads special tokens as text; the other, made on
     * the first request, recognizes them. Both are thread-safe; closing waits for running calls.
     */
    private static final class NativeTokenizers implements AutoCloseable {

        private final TokenizerJson json;
        private final NativeTokenizer asText;
        private final OpenGuard guard = new OpenGuard(TextTokenizer.Encoder::closed);
        private final Object making = new Object();
        private volatile @Nullable NativeTokenizer recognizing;

        NativeTokenizers(TokenizerJson json) throws TokenizerFileException {
            this.json = json;
            this.asText = NativeTokenizer.open(json, SpecialTokens.AS_TEXT);
        }

        <T> T use(SpecialTokens specialTokens, Function<NativeTokenizer, T> work) {
            return guard.whileOpen(
                    () ->
                            work.apply(
                                    specialTokens == SpecialTokens.AS_TEXT
                                            ? asText
                                            : recognizing()));
        }

        void checkOpen() {
            guard.whileOpen(() -> asText);
        }

        @Override
        public void close() {
            guard.close(
                    () -> {
                        asText.close();
                        NativeTokenizer other = recognizing;
                        if (other != null) {
                            other.close();
                        }
                    });
        }

        private NativeTokenizer recognizing() {
            if (!json.hasSpecialTokens()) {
                return asText;
            }
            NativeTokenizer tokenizer = recognizing;
            if (tokenizer == null) {
                synchronized (making) {
                    tokenizer = recognizing;
                    if (tokenizer == null) {
                        tokenizer = openRecognizing();
                        recognizing = tokenizer;
                    }
                }
            }
            return tokenizer;
        }

        private NativeTokenizer openRecognizing() {
            try {
                return NativeTokenizer.open(json, SpecialTokens.RECOGNIZED);
            } catch (TokenizerFileException e) {
                throw new IllegalStateException("special tokens: %s".formatted(e.getMessage()), e);
            }
        }
    }

    /** Converts the native tokenizer's offsets from code points to UTF-16 units. */
    static final class SpanOffsets {

        private final String text;

        /** The UTF-16 index of each code point, and of the text's end. */
        private final int[] units;

        SpanOffsets(String text) {
            this.text = text;
            this.units = new int[text.codePointCount(0, text.length()) + 1];
            for (int i = 1; i < units.length; i++) {
                units[i] = text.offsetByCodePoints(units[i - 1], 1);
            }
        }

        TokenSequence find(Encoding encoding, boolean mayDrop) {
            @Nullable CharSpan[] spans = encoding.getCharTokenSpans();
            int[] starts = new int[spans.length];
            int[] ends = new int[spans.length];
            BitSet covered = new BitSet(units.length);
            int last = 0;
            for (int i = 0; i < spans.length; i++) {
                CharSpan span = spans[i];
                // A token without a place in the text gets the end of the previous one.
                starts[i] = units[span == null ? last : span.getStart()];
                last = span == null ? last : span.getEnd();
                ends[i] = units[last];
                if (span != null) {
                    covered.set(span.getStart(), span.getEnd());
                }
            }
            if (mayDrop) {
                checkCovered(covered);
            }
            return new TokenSequence(
                    encoding.getIds(), new TokenOffsets(encoding.getTokens(), starts, ends));
        }

        /** White space need not be in a token: a tokenizer may split at it and drop it. */
        private void checkCovered(BitSet covered) {
            for (int i = covered.nextClearBit(0);
                    i < units.length - 1;
                    i = covered.nextClearBit(i + 1)) {
                if (!Character.isWhitespace(text.codePointAt(units[i]))) {
                    throw TokenOffsets.lostCharacter(text, units[i]);
                }
            }
        }
    }
}
