package io.forestage.words;

import io.forestage.model.ModelFolder;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.files.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Writes a model's token table for TensorBoard's embedding projector: a file of vectors, a row a
 * line with tabs between its values, and one of metadata beside it with the columns {@code token}
 * and {@code id}. Rows that the model was not trained on are left out.
 *
 * <p>In a token's text, a backslash, a tab and line breaks are escaped as in Java, as are the other
 * control characters.
 */
public final class ProjectorExport {

    private static final String END = ".tsv";

    private final Path model;

    /**
     * Prepares an export; nothing is read or written yet.
     *
     * @param model a model folder or a weight file
     */
    public ProjectorExport(Path model) {
        this.model = model;
    }

    /**
     * Returns the file of the metadata: that of the vectors, with {@code -metadata} in its name.
     *
     * @param vectors the file of the vectors
     * @return a file beside it
     */
    public static Path metadata(Path vectors) {
        String name = String.valueOf(vectors.getFileName());
        String begin = name.endsWith(END) ? name.substring(0, name.length() - END.length()) : name;
        return vectors.resolveSibling(begin + "-metadata" + END);
    }

    /**
     * Writes both files, the metadata first.
     *
     * @param target the file of the vectors to write or replace
     * @throws IOException if the model is invalid or a file cannot be written
     */
    public void write(Path target) throws IOException {
        try (Checkpoint weights = Checkpoint.open(model)) {
            TrainedRows rows = TrainedRows.of(model, weights);
            writeMetadata(rows.folder(), metadata(target), rows.ids());
            writeVectors(rows, target);
        }
    }

    private static void writeMetadata(ModelFolder folder, Path file, BitSet kept)
            throws IOException {
        try (TextTokenizer tokenizer = folder.loadTokenizer()) {
            AtomicFile.write(
                    file,
                    channel -> {
                        Writer out =
                                new BufferedWriter(
                                        Channels.newWriter(channel, StandardCharsets.UTF_8));
                        out.write("token\tid\n");
                        for (int id = kept.nextSetBit(0); id >= 0; id = kept.nextSetBit(id + 1)) {
                            out.write(escaped(text(tokenizer, id)));
                            out.write('\t');
                            out.write(Integer.toString(id));
                            out.write('\n');
                        }
                        out.flush();
                    });
        }
    }

    private static void writeVectors(TrainedRows rows, Path file) throws IOException {
        AtomicFile.write(
                file,
                channel -> {
                    Writer out =
                            new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
                    rows.read(row -> writeRow(out, row));
                    out.flush();
                });
    }

    private static void writeRow(Writer out, float[] row) throws IOException {
        for (int i = 0; i < row.length; i++) {
            if (i > 0) {
                out.write('\t');
            }
            out.write(Float.toString(row[i]));
        }
        out.write('\n');
    }

    private static String text(TextTokenizer tokenizer, int id) {
        if (id >= tokenizer.vocabularySize()) {
            return "row" + id;
        }
        try {
            return tokenizer.decode(new long[] {id});
        } catch (IllegalArgumentException none) {
            return "row" + id; // a gap in the vocabulary
        }
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            switch (next) {
                case '\\' -> escaped.append("\\\\");
                case '\t' -> escaped.append("\\t");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                default -> {
                    boolean isControl =
                            Character.isISOControl(next) || next == '\u2028' || next == '\u2029';
                    escaped.append(
                            isControl ? "\\u%04x".formatted((int) next) : String.valueOf(next));
                }
            }
        }
        return escaped.toString();
    }
}
