package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Vectors as nested lists of numbers, each as short as it can be without losing a bit: a list for
 * each text where a request has several, and for each window where a text is cut.
 */
final class JsonVectors {

    private final JsonWriter json;
    private final Vectors vectors;

    private JsonVectors(Writer writer, Vectors vectors) {
        json = new JsonWriter(writer);
        json.setStrictness(Strictness.STRICT);
        this.vectors = vectors;
    }

    static byte[] write(Vectors vectors) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            new JsonVectors(writer, vectors).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Nothing but memory is written to.
        }
        return bytes.toByteArray();
    }

    private void write() throws IOException {
        TokenRows rows = vectors.rows();
        List<NDArray> each = vectors.each(rows.options().paddingOr(Padding.NONE));
        boolean windows = rows.options().cutsWindows();
        begin(!rows.single());
        for (int row = 0; row < each.size(); row++) {
            int text = rows.texts().get(row);
            begin(windows && (row == 0 || rows.texts().get(row - 1) != text));
            write(each.get(row));
            end(windows && (row == each.size() - 1 || rows.texts().get(row + 1) != text));
        }
        end(!rows.single());
        json.flush();
    }

    private void write(NDArray row) throws IOException {
        if (row.getShape().dimension() == 1) {
            write(FloatsWriter.vector(row));
            return;
        }
        json.beginArray();
        for (float[] vector : FloatsWriter.matrix(row)) {
            write(vector);
        }
        json.endArray();
    }

    private void write(float[] vector) throws IOException {
        json.beginArray();
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new RequestException(
                        RequestException.NO_SUCH_ANSWER,
                        "vectors: expected finite numbers, as JSON has no others, found %s; accept tensor/safetensors"
                                .formatted(value));
            }
            json.value(value);
        }
        json.endArray();
    }

    private void begin(boolean list) throws IOException {
        if (list) {
            json.beginArray();
        }
    }

    private void end(boolean list) throws IOException {
        if (list) {
            json.endArray();
        }
    }
}
