package io.forestage.weights.words;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.util.Arrays;

/**
 * Reads lines of a word and its values, separated by spaces or tabs. A word may have spaces in it,
 * as some of GloVe's do, if what stands before the values is not a number too.
 */
final class TextWords {

    /** The longest value in bytes that a line has room for. */
    private static final int MAX_VALUE = 48;

    private final WordInput in;
    private final WordHeader header;
    private long line;
    private byte[] text = new byte[1 << 12];
    private int length;
    private long begin;

    private TextWords(WordInput in, WordHeader header) {
        this.in = in;
        this.header = header;
        line = header.count() < 0 ? 0 : 1;
    }

    static WordReader read(WordInput in, FileBytes file, WordHeader header)
            throws WeightFileException {
        TextWords words = new TextWords(in, header);
        words.nextLine();
        int width = header.width() < 0 ? words.widthOfFirst() : header.width();
        VectorStore.Scratch store = new VectorStore.Scratch(file.path(), width);
        try {
            return words.read(new WordReader(in, width, store));
        } catch (WeightFileException | RuntimeException | Error failure) {
            store.close();
            throw failure;
        }
    }

    private WordReader read(WordReader reader) throws WeightFileException {
        float[] vector = new float[reader.width()];
        long count = 0;
        boolean more = length > 0;
        while (more && count != header.count()) {
            int end = parse(vector);
            reader.add(text, 0, end, vector, 0);
            count++;
            more = nextLine();
        }
        if (header.count() >= 0 && (count < header.count() || more)) {
            throw in.problem(
                    "%d lines of words after the first line".formatted(header.count()),
                    more ? "more at byte %d".formatted(begin) : "%d".formatted(count),
                    FileBytes.DAMAGED);
        }
        return reader.finished();
    }

    /**
     * The number of values in a file that does not say it: all fields of the first line but one.
     */
    private int widthOfFirst() throws WeightFileException {
        int fields = 0;
        for (int i = 0; i < length; i++) {
            fields += !isGap(text[i]) && (i == 0 || isGap(text[i - 1])) ? 1 : 0;
        }
        if (fields < 2 || fields - 1 > WordReader.MAX_WIDTH) {
            throw in.problem(
                    "a word and from 1 to %d values in line 1".formatted(WordReader.MAX_WIDTH),
                    fields < 2 ? WordInput.quoted(text, 0, length) : fields - 1 + " values",
                    "check that it is a file of word vectors");
        }
        return fields - 1;
    }

    /** Parses the line from its end, and returns the end of its word. */
    private int parse(float[] vector) throws WeightFileException {
        int end = length;
        for (int i = vector.length - 1; i >= 0; i--) {
            int start = fieldStart(end);
            if (start <= 0) {
                throw wrongCount(vector.length, vector.length - 1 - i);
            }
            vector[i] = FloatText.parse(text, start, end);
            if (Float.isNaN(vector[i])) {
                throw in.problem(
                        "%d finite numbers after a word in line %d at byte %d"
                                .formatted(vector.length, line, begin),
                        "%s before %d numbers"
                                .formatted(
                                        WordInput.quoted(text, start, end), vector.length - 1 - i),
                        "fix or remove the line");
            }
            end = start;
            while (end > 0 && isGap(text[end - 1])) {
                end--;
            }
        }
        if (end == 0) {
            throw wrongCount(vector.length, vector.length - 1);
        }
        int start = fieldStart(end);
        if (start > 0 && !Float.isNaN(FloatText.parse(text, start, end))) {
            throw in.problem(
                    "%d numbers after a word in line %d at byte %d"
                            .formatted(vector.length, line, begin),
                    "more after %s".formatted(WordInput.quoted(text, 0, Math.min(end, 60))),
                    "fix or remove the line");
        }
        if (end > WordReader.MAX_WORD) {
            throw in.problem(
                    "a word of at most %d bytes in line %d at byte %d"
                            .formatted(WordReader.MAX_WORD, line, begin),
                    "%d".formatted(end),
                    FileBytes.DAMAGED);
        }
        return end;
    }

    private WeightFileException wrongCount(int expected, int found) {
        return in.problem(
                "a word and %d numbers in line %d at byte %d".formatted(expected, line, begin),
                "%d fields".formatted(found + (length == 0 ? 0 : 1)),
                "fix or remove the line");
    }

    /** Returns where the field begins that ends here; 0 if no gap precedes it. */
    private int fieldStart(int end) {
        int start = end;
        while (start > 0 && !isGap(text[start - 1])) {
            start--;
        }
        return start;
    }

    private static boolean isGap(byte value) {
        return value == ' ' || value == '\t';
    }

    /** Reads the next line that is not blank, without spaces at its end; false if there is none. */
    private boolean nextLine() throws WeightFileException {
        do {
            length = 0;
            if (in.isAtEnd()) {
                return false;
            }
            readLine();
        } while (length == 0);
        return true;
    }

    private void readLine() throws WeightFileException {
        line++;
        begin = in.position();
        boolean ended = false;
        while (!ended && !in.isAtEnd()) {
            byte[] from = in.bytes();
            int start = in.start();
            int end = start;
            int bound = start + in.available();
            while (end < bound && from[end] != '\n') {
                end++;
            }
            append(from, start, end - start);
            ended = end < bound;
            in.skip(end - start + (ended ? 1 : 0));
        }
        while (length > 0 && (isGap(text[length - 1]) || text[length - 1] == '\r')) {
            length--;
        }
    }

    private void append(byte[] from, int start, int count) throws WeightFileException {
        int width = header.width() < 0 ? WordReader.MAX_WIDTH : header.width();
        int most = WordReader.MAX_WORD + MAX_VALUE * width;
        if (count > most - length) {
            throw in.problem(
                    "lines of at most %d bytes".formatted(most),
                    "a longer line %d at byte %d".formatted(line, begin),
                    "check that it is a file of word vectors");
        }
        if (length + count > text.length) {
            text = Arrays.copyOf(text, Math.min(most, 2 * (length + count)));
        }
        System.arraycopy(from, start, text, length, count);
        length += count;
    }
}
