package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;

/** Requests as a server makes them of HTTP's. */
final class Requests {

    private Requests() {}

    static Input of(String contentType, byte[] body) {
        Input input = new Input();
        input.addProperty("content-type", contentType);
        input.add("data", body);
        return input;
    }

    static Input of(String contentType, String body) {
        return of(contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    static Input json(String body) {
        return of("application/json", body);
    }

    static Input accepting(String accepted, Input input) {
        input.addProperty("accept", accepted);
        return input;
    }

    /** The ids of "Hello world" and ",", padded, and their mask. */
    static byte[] paddedIds(NDList.Encoding encoding) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray ids = manager.create(new long[][] {{15496, 995}, {11, 50256}});
            ids.setName("input_ids");
            NDArray mask = manager.create(new int[][] {{1, 1}, {1, 0}});
            mask.setName("attention_mask");
            return new NDList(ids, mask).encode(encoding);
        }
    }

    static String text(Output output) {
        return output.getData().getAsString();
    }
}
