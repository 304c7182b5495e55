package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Answers a server: vectors as the request accepts them, or a code with what is wrong. An answer
 * holds bytes alone.
 */
final class OutputWriter implements Exchange.Writer<Output> {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private static final int OK = 200;

    @Override
    public Output answer(Object request, Vectors vectors, NDManager owner) {
        MediaType type =
                request instanceof Input input ? MediaType.ofAnswer(input) : MediaType.JSON;
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
        // DJL Serving makes the message HTTP's reason, in which a line break would be an error.
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

    private static Output binary(MediaType type, Vectors vectors, NDList.Encoding encoding) {
        return output(OK, "OK", type, vectors.arrays().encode(encoding));
    }

    private static Output output(int code, String message, MediaType type, byte[] body) {
        Output output = new Output(code, message);
        output.addProperty(MediaType.CONTENT_TYPE, type.spelling());
        output.add(BytesSupplier.wrap(body));
        return output;
    }
}
