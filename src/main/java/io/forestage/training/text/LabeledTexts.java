package io.forestage.training.text;

import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Labelled texts, one per line: {@code label TAB text}, or fastText's {@code __label__NAME text},
 * where a line may have several labels.
 */
public final class LabeledTexts {

    /**
     * Enough for all cores. The tokenizer's results take many times the memory of the ids, so they
     * must not be kept for all texts at once.
     */
    private static final int TEXTS_AT_ONCE = 1 << 12;

    private final TextFileReader.TextFile file;
    private final List<String> labels;
    private final List<int[]> classes;
    private final List<long[]> ids;

    private LabeledTexts(
            TextFileReader.TextFile file,
            List<String> labels,
            List<int[]> classes,
            List<long[]> ids) {
        this.file = file;
        this.labels = labels;
        this.classes = classes;
        this.ids = ids;
    }

    /**
     * Reads and tokenizes a file; blank lines are skipped.
     *
     * @throws IOException if the file cannot be read, a line has no label or no text, or all lines
     *     have the same label
     */
    public static LabeledTexts read(Path file, TextTokenizer tokenizer) throws IOException {
        List<TextReader.PieceEncoder.Piece> texts = new ArrayList<>();
        List<SortedSet<String>> names = new ArrayList<>();
        TextFileReader.TextFile read =
                new TextFileReader(LineReader::new)
                        .read(
                                file,
                                (text, line) -> {
                                    if (!text.isBlank()) {
                                        Row row = Row.parse(file, line, text);
                                        names.add(row.labels());
                                        texts.add(
                                                new TextReader.PieceEncoder.Piece(
                                                        row.text(), line));
                                    }
                                });
        TreeSet<String> all = new TreeSet<>();
        names.forEach(all::addAll);
        List<String> labels = List.copyOf(all);
        if (labels.size() < 2) {
            throw new IOException(
                    "%s: expected lines \"label TAB text\" with two labels or more, found %s; add lines with another label"
                            .formatted(
                                    file,
                                    labels.isEmpty()
                                            ? "no lines"
                                            : "%d lines of %s"
                                                    .formatted(
                                                            texts.size(),
                                                            Quoted.of(labels.get(0)))));
        }
        List<int[]> classes =
                names.stream()
                        .map(
                                row ->
                                        row.stream()
                                                .mapToInt(
                                                        name ->
                                                                Collections.binarySearch(
                                                                        labels, name))
                                                .toArray())
                        .toList();
        return new LabeledTexts(read, labels, classes, tokenize(tokenizer, file, texts));
    }

    public TextFileReader.TextFile file() {
        return file;
    }

    /** Returns the distinct labels, sorted; a class is an index into this list. */
    public List<String> labels() {
        return labels;
    }

    /** Returns the classes of a row, at least one, in ascending order. */
    public int[] classesOf(int row) {
        return classes.get(row);
    }

    /** Returns whether any row has more than one label. */
    public boolean hasSeveralLabels() {
        return classes.stream().anyMatch(row -> row.length > 1);
    }

    /** Returns the token ids of a row, at least one. */
    public long[] ids(int row) {
        return ids.get(row);
    }

    /** Returns the number of rows. */
    public int size() {
        return classes.size();
    }

    private static List<long[]> tokenize(
            TextTokenizer tokenizer, Path file, List<TextReader.PieceEncoder.Piece> texts)
            throws IOException {
        TextReader.PieceEncoder encoder = new TextReader.PieceEncoder(tokenizer);
        List<long[]> ids = new ArrayList<>();
        for (int begin = 0; begin < texts.size(); begin += TEXTS_AT_ONCE) {
            int end = Math.min(texts.size(), begin + TEXTS_AT_ONCE);
            ids.addAll(encoder.encode(file, texts.subList(begin, end)));
        }
        return ids;
    }

    /** The labels and the text of a line. */
    private record Row(SortedSet<String> labels, String text) {

        /** fastText reads such words as labels anywhere in a line. */
        private static final Pattern FAST_TEXT_LABEL =
                Pattern.compile("(?<!\\S)__label__(\\S+)\\s*");

        static Row parse(Path file, int line, String text) throws IOException {
            int tab = text.indexOf('\t');
            Matcher marked = FAST_TEXT_LABEL.matcher(text);
            boolean isFastText = tab < 0 ? marked.find() : marked.lookingAt();
            Row row =
                    isFastText
                            ? new Row(
                                    new TreeSet<>(
                                            marked.reset()
                                                    .results()
                                                    .map(label -> label.group(1))
                                                    .toList()),
                                    marked.reset().replaceAll("").strip())
                            : new Row(
                                    new TreeSet<>(List.of(text.substring(0, Math.max(0, tab)))),
                                    text.substring(tab + 1));
            boolean hasLabel = !row.labels().first().isBlank();
            if (!hasLabel || row.text().isBlank()) {
                throw new IOException(
                        "%s: line %d: expected \"label TAB text\" or \"__label__NAME text\", found %s; fix or remove the line"
                                .formatted(
                                        file,
                                        line,
                                        tab < 0 && !isFastText
                                                ? "no tab in %s".formatted(Quoted.of(text))
                                                : hasLabel ? "no text" : "no label"));
            }
            return row;
        }
    }

    /** Splits a text at LF or CR LF, and drops a byte order mark at its start. */
    static final class LineReader implements TextCut.TextPieces {

        private static final char BYTE_ORDER_MARK = '\ufeff';

        private final Reader reader;
        private final StringBuilder text = new StringBuilder();
        private int line;
        private boolean ended;

        LineReader(Reader reader) {
            this.reader = reader;
        }

        @Override
        public @Nullable String next() throws IOException {
            if (ended) {
                return null;
            }
            line++;
            text.setLength(0);
            int read = reader.read();
            if (line == 1 && read == BYTE_ORDER_MARK) {
                read = reader.read();
            }
            for (; read >= 0 && read != '\n'; read = reader.read()) {
                text.append((char) read);
            }
            ended = read < 0;
            int last = text.length() - 1;
            if (last >= 0 && text.charAt(last) == '\r') {
                text.setLength(last);
            }
            return text.toString();
        }

        /** Returns the number of the line being read, or of the line read last. */
        @Override
        public int line() {
            return line;
        }
    }
}
