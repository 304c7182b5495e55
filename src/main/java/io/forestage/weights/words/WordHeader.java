package io.forestage.weights.words;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;

/**
 * What the beginning of a file says.
 *
 * @param format its format
 * @param count the number of its words; -1 if it does not say
 * @param width the number of values of each; -1 if it does not say
 */
record WordHeader(WordFormat format, long count, int width) {

    /** The longest first line with two numbers. */
    private static final int MAX_LINE = 64;

    /** So many printable bytes in a row are no float32 values. */
    private static final int SURELY_TEXT = 16;

    /** A value takes at least a digit and a space. */
    private static final int MIN_VALUE = 2;

    /** Reads the first line if it has two numbers; else nothing is taken. */
    static WordHeader read(WordInput in, FileBytes file) throws WeightFileException {
        if (in.isAtEnd()) {
            throw in.problem("words and their vectors", "an empty file", FileBytes.DAMAGED);
        }
        in.has(MAX_LINE);
        byte[] bytes = in.bytes();
        int start = in.start();
        int end = start;
        int bound = start + Math.min(MAX_LINE, in.available());
        while (end < bound && bytes[end] != '\n') {
            end++;
        }
        int[] next = {start};
        long count = number(bytes, next, end);
        long width = count < 0 ? -1 : number(bytes, next, end);
        boolean isHeader = width >= 0 && end < bound && isBlank(bytes, next[0], end);
        if (!isHeader) {
            return new WordHeader(WordFormat.GLOVE, -1, -1);
        }
        if (count < 1 || width < 1 || width > WordReader.MAX_WIDTH) {
            throw in.problem(
                    "a first line with at least 1 word and from 1 to %d values"
                            .formatted(WordReader.MAX_WIDTH),
                    "%d words and %d values".formatted(count, width),
                    FileBytes.DAMAGED);
        }
        in.skip(end + 1 - start);
        boolean isText = isText(in, (int) width);
        WordHeader header =
                new WordHeader(
                        isText ? WordFormat.WORD2VEC_TEXT : WordFormat.WORD2VEC,
                        count,
                        (int) width);
        if (!in.isPacked()) {
            header.requireRoom(in, file);
        }
        return header;
    }

    private void requireRoom(WordInput in, FileBytes file) throws WeightFileException {
        long each = (format == WordFormat.WORD2VEC ? Float.BYTES : MIN_VALUE) * (long) width + 2;
        long left = file.size() - in.position() + 1; // a last line may lack its end
        if (count > left / each) {
            throw in.problem(
                    "at least %d bytes for each of its %d words".formatted(each, count),
                    "%d bytes".formatted(file.size()),
                    FileBytes.DAMAGED);
        }
    }

    /** Returns whether the first word is followed by numbers in decimal. */
    private static boolean isText(WordInput in, int width) throws WeightFileException {
        in.has(WordReader.MAX_WORD + Float.BYTES * width);
        byte[] bytes = in.bytes();
        int limit = in.start() + in.available();
        int word = in.start();
        while (word < limit && bytes[word] != ' ' && bytes[word] != '\t') {
            word++;
        }
        int bound = Math.min(limit, word + 1 + Float.BYTES * width);
        int fields = 0;
        for (int i = word + 1; i < bound; i++) {
            byte value = bytes[i];
            if (value == '\n') {
                return fields == width || i - word > SURELY_TEXT;
            }
            if (value != '\t' && value != '\r' && (value < ' ' || value > '~')) {
                return false;
            }
            boolean starts = value > ' ' && bytes[i - 1] <= ' ' && bytes[i - 1] >= 0;
            fields += starts ? 1 : 0;
        }
        return true;
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Returns the next number of a line, or -1; of one beyond int's range, a larger one. */
    private static long number(byte[] bytes, int[] next, int end) {
        int i = next[0];
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        int start = i;
        long value = 0;
        for (; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = Math.min(value * 10 + bytes[i] - '0', Long.MAX_VALUE / 100);
        }
        next[0] = i;
        boolean ends = i == end || bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r';
        return i > start && ends ? value : -1;
    }
}
