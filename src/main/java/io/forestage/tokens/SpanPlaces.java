package io.forestage.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes the tokens' places from the native tokenizer, which counts code points, and tells them in
 * UTF-16 units.
 */
final class SpanPlaces {

    private final String text;

    /** The UTF-16 index of each code point, and of the text's end. */
    private final int[] units;

    SpanPlaces(String text) {
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
            // A token that comes from nowhere in the text stands where the one before it ends.
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
                encoding.getIds(), new TokenPlaces(encoding.getTokens(), starts, ends));
    }

    /** White space may be in no token: a tokenizer may split at it and leave it away. */
    private void checkCovered(BitSet covered) {
        for (int i = covered.nextClearBit(0);
                i < units.length - 1;
                i = covered.nextClearBit(i + 1)) {
            if (!Character.isWhitespace(text.codePointAt(units[i]))) {
                throw LostCharacter.at(text, units[i]);
            }
        }
    }
}
