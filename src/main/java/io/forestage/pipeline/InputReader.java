package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.forestage.pipeline.PipelineOptions.Padding;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server's request by its {@code Content-Type}.
 *
 * @param model the model
 */
record InputReader(Exchange.ServedModel model) implements Exchange.Reader<Input> {

    @Override
    public TokenRows read(Input input, Padding padding) {
        RequestBody body = body(input);
        PipelineOptions options = model.arguments().ofRequest(model.options(), body.parameters());
        return model.rows().rows(body, options, options.paddingOr(padding), model.limits());
    }

    private RequestBody body(@Nullable Input input) {
        BytesSupplier data = input == null ? null : input.getData();
        if (input == null || data == null) {
            throw RequestException.malformed("body: expected a text or ids, found none");
        }
        if (data instanceof NDList || data instanceof NDArray) {
            NDList list = data instanceof NDArray array ? new NDList(array) : (NDList) data;
            return NdListBody.read(list.encode(), model.limits());
        }
        MediaType type = MediaType.ofBody(input);
        byte[] bytes = data.getAsBytes();
        model.limits().requireBytes(bytes.length);
        if (bytes.length == 0) {
            throw RequestException.malformed("body: expected a text or ids, found 0 bytes");
        }
        return switch (type) {
            case JSON -> JsonBody.read(text(bytes), model.limits());
            case NDLIST -> NdListBody.read(bytes, model.limits());
            case SAFETENSORS -> SafetensorsBody.read(bytes, model.limits());
            default -> RequestBody.ofText(text(bytes));
        };
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw RequestException.malformed("body: expected UTF-8, found other bytes");
        }
    }
}
