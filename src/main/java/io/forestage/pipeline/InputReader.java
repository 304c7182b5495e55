package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.forestage.pipeline.PipelineOptions.Padding;
import io.forestage.pipeline.PipelineOptions.Pooling;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server's request by its {@code Content-Type}. An unacceptable {@code Accept} is refused
 * here, before anything is computed.
 *
 * @param model the model
 */
record InputReader(Exchange.ServedModel model) implements Exchange.Reader<Input> {

    @Override
    public TokenRows read(Input input) {
        RequestBody body = body(input);
        PipelineOptions options = model.arguments().ofRequest(model.options(), body.parameters());
        RowMaker.WholeRows whole = rows(body, options);
        RequestLimits limits = model.limits();
        // Before cutting windows, of which a small body can request gigabytes.
        limits.requireTokens(whole.tokensAfter(options.rows().onTooLong()));
        TokenRows rows = whole.cut(options);
        boolean padded =
                options.pooling() == Pooling.NONE
                        && options.paddingOr(defaultPadding(input)) != Padding.NONE;
        limits.requireTokens(
                padded
                        ? (long) rows.ids().size()
                                * rows.paddedLength(options.paddingOr(Padding.LONGEST))
                        : rows.tokens());
        return rows;
    }

    private static Padding defaultPadding(Input input) {
        return MediaType.ofAnswer(input).isBinary() ? Padding.LONGEST : Padding.NONE;
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

    private RowMaker.WholeRows rows(RequestBody body, PipelineOptions options) {
        List<String> texts = body.texts();
        List<long[]> ids = body.ids();
        if (texts == null) {
            return ids == null || !body.single()
                    ? model.rows().ofIds(ids == null ? List.of() : ids)
                    : model.rows().ofIds(ids.get(0));
        }
        return body.single()
                ? model.rows().ofText(texts.get(0), options)
                : model.rows().ofTexts(texts, options);
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw RequestException.malformed("body: expected UTF-8, found other bytes");
        }
    }
}
