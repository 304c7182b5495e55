package io.forestage.tokens.bpe;

import static io.forestage.tokens.bpe.CharacterClasses.SPACE;

/**
 * Splits UTF-8 into the pieces within which GPT-2 merges bytes, as GPT-2's pattern does:
 *
 * <pre>
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 * </pre>
 *
 * <p>It reads each byte at most twice.
 */
final class PieceScanner {

    private final CharacterClasses classes;
    private final byte[] utf8;

    /** Makes a scanner of a text, which must be well-formed UTF-8. */
    PieceScanner(CharacterClasses classes, byte[] utf8) {
        this.classes = classes;
        this.utf8 = utf8;
    }

    /** Returns the end of the piece that starts at a byte of the text. */
    int end(int start) {
        byte first = utf8[start];
        if (first == '\'') {
            int contraction = contraction(start + 1);
            if (contraction > 0) {
                return start + 1 + contraction;
            }
        }
        // A space belongs to the next piece, unless white space follows it.
        int at = start;
        byte kind = classes.at(utf8, at);
        if (first == ' ' && start + 1 < utf8.length) {
            byte next = classes.at(utf8, start + 1);
            if (next != SPACE) {
                at++;
                kind = next;
            }
        }
        if (kind != SPACE) {
            return classes.runEnd(utf8, at, kind);
        }
        return whiteSpaceEnd(start);
    }

    /**
     * Returns the end of white space, whose last character, unless single, is left to the next
     * piece.
     */
    private int whiteSpaceEnd(int start) {
        int end = classes.runEnd(utf8, start, SPACE);
        if (end == utf8.length) {
            return end;
        }
        int last = end - 1;
        while ((utf8[last] & 0xC0) == 0x80) {
            last--;
        }
        return last == start ? end : last;
    }

    /** Returns the number of letters of a contraction after its apostrophe: 0, 1 or 2. */
    private int contraction(int at) {
        if (at >= utf8.length) {
            return 0;
        }
        byte second = at + 1 < utf8.length ? utf8[at + 1] : 0;
        return switch (utf8[at]) {
            case 's', 't', 'm', 'd' -> 1;
            case 'r', 'v' -> second == 'e' ? 2 : 0;
            case 'l' -> second == 'l' ? 2 : 0;
            default -> 0;
        };
    }
}
