package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import io.forestage.pipeline.PipelineOptions.Padding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers a server: vectors in the accepted media type, or a status code and message. An answer
 * holds only bytes.
 */
final class OutputWriter implements Exchange.Writer<Output> {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private static final int OK = 200;

    /** Refuses an unacceptable {@code Accept} before anything is computed. */
    @Override
    public Padding defaultPadding(Object request) {
        return typeOf(request).isBinary() ? Padding.LONGEST : Padding.NONE;
    }

    @Override
    public Output answer(Object request, Vectors vectors, NDManager owner) {
        MediaType type = typeOf(request);
        try {
            return switch (type) {
                case NDLIST -> binary(type, vectors, NDList.Encoding.ND_LIST);
                case SAFETENSORS -> binary(type, vectors, NDList.Encoding.SAFETENSORS);
                case NPZ -> binary(type, vectors, NDList.Encoding.NPZ);
                default -> output(OK, "OK", type, JsonVectors.write(vectors));
            };
        } catch (RequestException e) {
            return refuse(0, e);
        }
    }

    @Override
    public Output refuse(int index, IllegalArgumentException problem) {
        int code = problem instanceof RequestException e ? e.code() : RequestException.MALFORMED;
        // DJL Serving makes the message the HTTP reason phrase, where a line break is an error.
        String message =
                String.valueOf(problem.getMessage())
                        .replaceAll("\\s*\\R\\s*", " ")
                        .replaceAll("[^ -~]", "?");
        JsonObject body = new JsonObject();
        body.addProperty("code", code);
        body.addProperty("message", message);
        return output(
                code, message, MediaType.JSON, GSON.toJson(body).getBytes(StandardCharsets.UTF_8));
    }

    private static MediaType typeOf(Object request) {
        return request instanceof Input input ? MediaType.ofAnswer(input) : MediaType.JSON;
    }

    private static Output binary(MediaType type, Vectors vectors, NDList.Encoding encoding) {
        return output(OK, "OK", type, vectors.arrays().encode(encoding));
    }

    private static Output output(int code, String message, MediaType type, byte[] body) {
        Output output = new Output(code, message);
        output.addProperty(MediaType.CONTENT_TYPE, type.spelling());
        output.add(BytesSupplier.wrap(body));
        return output;
    }

    /**
     * Vectors as nested lists of numbers in their shortest exact form: a list for each text if a
     * request has several, and for each window if texts are cut.
     */
    private static final class JsonVectors {

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
                throw new UncheckedIOException(e); // only memory is written
            }
            return bytes.toByteArray();
        }

        private void write() throws IOException {
            TokenRows rows = vectors.rows();
            List<NDArray> each = vectors.each();
            boolean windows = rows.options().cutsWindows();
            begin(!rows.single());
            for (int row = 0; row < each.size(); row++) {
                int text = rows.batch().textIndex(row);
                begin(windows && (row == 0 || rows.batch().textIndex(row - 1) != text));
                write(each.get(row));
                end(windows && (row == each.size() - 1 || rows.batch().textIndex(row + 1) != text));
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
}
