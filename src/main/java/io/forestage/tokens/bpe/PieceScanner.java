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

    /** The number of bytes of the code point that {@link #classAt} read last. */
    private int width;

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
        byte kind = classAt(at);
        if (first == ' ' && start + 1 < utf8.length) {
            byte next = classAt(start + 1);
            if (next != SPACE) {
                at++;
                kind = next;
            }
        }
        if (kind != SPACE) {
            return runEnd(at, kind);
        }
        return whiteSpaceEnd(start);
    }

    /**
     * Returns the end of white space, whose last character, unless single, is left to the next
     * piece.
     */
    private int whiteSpaceEnd(int start) {
        int end = runEnd(start, SPACE);
        if (end == utf8.length) {
            return end;
        }
        int last = end - 1;
        while ((utf8[last] & 0xC0) == 0x80) {
            last--;
        }
        return last == start ? end : last;
    }

    private int runEnd(int from, byte kind) {
        int at = from;
        while (at < utf8.length) {
            byte b = utf8[at];
            if (b >= 0) {
                if (classes.of(b) != kind) {
                    return at;
                }
                at++;
            } else {
                if (classAt(at) != kind) {
                    return at;
                }
                at += width;
            }
        }
        return at;
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

    private byte classAt(int at) {
        int lead = utf8[at];
        if (lead >= 0) {
            width = 1;
            return classes.of(lead);
        }
        int point;
        if (lead < (byte) 0xE0) {
            width = 2;
            point = (lead & 0x1F) << 6 | rest(at + 1);
        } else if (lead < (byte) 0xF0) {
            width = 3;
            point = (lead & 0xF) << 12 | rest(at + 1) << 6 | rest(at + 2);
        } else {
            width = 4;
            point = (lead & 7) << 18 | rest(at + 1) << 12 | rest(at + 2) << 6 | rest(at + 3);
        }
        return classes.of(point);
    }

    private int rest(int at) {
        return utf8[at] & 0x3F;
    }
}
