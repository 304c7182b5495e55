package io.forestage.training;

import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/** Texts with a label each: the rows of a file of lines {@code label TAB text}. */
final class LabeledTexts {

    /** Enough for all cores; what a tokenizer tells beside the ids takes many times their room. */
    private static final int TEXTS_AT_ONCE = 1 << 12;

    private final TextFile file;
    private final List<String> labels;
    private final int[] classes;
    private final List<long[]> ids;

    private LabeledTexts(TextFile file, List<String> labels, List<String> rows, List<long[]> ids) {
        this.file = file;
        this.labels = labels;
        classes = rows.stream().mapToInt(row -> Collections.binarySearch(labels, row)).toArray();
        this.ids = ids;
    }

    /** Reads a file; lines of white space alone are passed over. */
    static LabeledTexts read(Path file, TextTokenizer tokenizer) throws IOException {
        List<PieceEncoder.Piece> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        TextFile read =
                new TextFileReader(LineReader::new)
                        .read(
                                file,
                                (text, line) -> {
                                    if (!text.isBlank()) {
                                        names.add(label(file, line, text));
                                        texts.add(
                                                new PieceEncoder.Piece(
                                                        text.substring(text.indexOf('\t') + 1),
                                                        line));
                                    }
                                });
        List<String> labels = List.copyOf(new TreeSet<>(names));
        if (labels.size() < 2) {
            throw new IOException(
                    "%s: expected lines \"label TAB text\" with two labels or more, found %s; add lines of another class"
                            .formatted(
                                    file,
                                    labels.isEmpty()
                                            ? "no line"
                                            : texts.size()
                                                    + " lines of "
                                                    + Quoted.of(labels.get(0))));
        }
        return new LabeledTexts(read, labels, names, tokenize(tokenizer, file, texts));
    }

    TextFile file() {
        return file;
    }

    /** Each label once, in the order of their characters: a class is a place in it. */
    List<String> labels() {
        return labels;
    }

    int classOf(int row) {
        return classes[row];
    }

    /** A row's tokens, at least one. */
    long[] ids(int row) {
        return ids.get(row);
    }

    /** How many rows there are. */
    int size() {
        return classes.length;
    }

    private static List<long[]> tokenize(
            TextTokenizer tokenizer, Path file, List<PieceEncoder.Piece> texts) throws IOException {
        PieceEncoder encoder = new PieceEncoder(tokenizer);
        List<long[]> ids = new ArrayList<>();
        for (int begin = 0; begin < texts.size(); begin += TEXTS_AT_ONCE) {
            int end = Math.min(texts.size(), begin + TEXTS_AT_ONCE);
            ids.addAll(encoder.encode(file, texts.subList(begin, end)));
        }
        return ids;
    }

    private static String label(Path file, int line, String text) throws IOException {
        int tab = text.indexOf('\t');
        String label = tab < 0 ? "" : text.substring(0, tab);
        if (label.isBlank() || text.substring(tab + 1).isBlank()) {
            throw new IOException(
                    "%s: line %d: expected \"label TAB text\", found %s; mend or remove the line"
                            .formatted(
                                    file,
                                    line,
                                    tab < 0
                                            ? "no tab in " + Quoted.of(text)
                                            : "no " + (label.isBlank() ? "label" : "text")));
        }
        return label;
    }
}
