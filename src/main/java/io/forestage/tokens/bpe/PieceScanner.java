package io.forestage.tokens.bpe;

import static io.forestage.tokens.bpe.CharacterClasses.SPACE;

/**
 * Cuts UTF-8 into the pieces that GPT-2 merges bytes within, as its pattern does:
 *
 * <pre>
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 * </pre>
 *
 * <p>No byte is looked at more than twice, however the text is made.
 */
final class PieceScanner {

    private final CharacterClasses classes;
    private final byte[] utf8;

    /**
     * Makes a scanner of one text.
     *
     * @param classes the classes of characters
     * @param utf8 a text in well-formed UTF-8
     */
    PieceScanner(CharacterClasses classes, byte[] utf8) {
        this.classes = classes;
        this.utf8 = utf8;
    }

    /** Where the piece ends that starts at this byte of the text. */
    int end(int start) {
        byte first = utf8[start];
        if (first == '\'') {
            int contraction = contraction(start + 1);
            if (contraction > 0) {
                return start + 1 + contraction;
            }
        }
        // A space goes with what follows, unless that is white space too.
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

    /** White space leaves its last character to what follows, but for one alone. */
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

    /** The letters of an English contraction after its apostrophe: 0, 1 or 2. */
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
