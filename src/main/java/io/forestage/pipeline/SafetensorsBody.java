package io.forestage.pipeline;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Arrays as safetensors; everything in the header is checked. */
final class SafetensorsBody {

    private static final String METADATA = "__metadata__";

    private final ByteBuffer data;
    private final JsonReader header;
    private final RequestLimits limits;

    private SafetensorsBody(byte[] body, RequestLimits limits) {
        this.limits = limits;
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        long length = body.length < Long.BYTES ? -1 : bytes.getLong();
        if (length < 0 || length > bytes.remaining()) {
            throw RequestException.malformed(
                    "body: expected a safetensors header of at most %d bytes, found %d"
                            .formatted(bytes.remaining(), length));
        }
        String text = new String(body, Long.BYTES, (int) length, StandardCharsets.UTF_8);
        header = new JsonReader(new StringReader(text));
        header.setStrictness(Strictness.STRICT);
        bytes.position(Long.BYTES + (int) length);
        data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    static RequestBody read(byte[] body, RequestLimits limits) {
        SafetensorsBody safetensors = new SafetensorsBody(body, limits);
        try {
            return IdArray.toBody(safetensors.arrays());
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw safetensors.problem(
                    "strict JSON",
                    "a syntax error, half a surrogate pair or a number out of range");
        }
    }

    private List<IdArray> arrays() throws IOException {
        List<IdArray> arrays = new ArrayList<>();
        header.beginObject();
        while (header.hasNext()) {
            String name = header.nextName();
            if (name.equals(METADATA)) {
                header.skipValue();
            } else if (arrays.size() == IdArray.MAX_ARRAYS) {
                throw problem("1 to %d arrays".formatted(IdArray.MAX_ARRAYS), "more");
            } else {
                arrays.add(array(name));
            }
        }
        header.endObject();
        if (header.peek() != JsonToken.END_DOCUMENT) {
            throw problem("nothing after the object", header.peek().toString());
        }
        return arrays;
    }

    private IdArray array(String name) throws IOException {
        String type = "none";
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        header.beginObject();
        while (header.hasNext()) {
            switch (header.nextName()) {
                case "dtype" -> type = header.nextString();
                case "shape" -> shape = numbers();
                case "data_offsets" -> offsets = numbers();
                default -> throw problem("dtype, shape and data_offsets", "another name");
            }
        }
        header.endObject();
        IdArray.Type known = IdArray.Type.ofSafetensors(name, type);
        boolean inside =
                offsets.size() == 2
                        && offsets.get(0) >= 0
                        && offsets.get(0) <= offsets.get(1)
                        && offsets.get(1) <= data.capacity();
        if (!inside) {
            throw IdArray.problem(
                    name,
                    "two data_offsets from 0 to %d".formatted(data.capacity()),
                    offsets.toString());
        }
        int begin = offsets.get(0).intValue();
        int length = offsets.get(1).intValue() - begin;
        return IdArray.read(
                name,
                shape,
                data.slice(begin, length).order(ByteOrder.LITTLE_ENDIAN),
                known,
                limits);
    }

    private List<Long> numbers() throws IOException {
        List<Long> numbers = new ArrayList<>();
        header.beginArray();
        while (header.hasNext()) {
            if (numbers.size() == 2) {
                throw problem("at most 2 numbers", "more");
            }
            numbers.add(header.nextLong());
        }
        header.endArray();
        return numbers;
    }

    private RequestException problem(String expected, String found) {
        return RequestException.malformed(
                "body, safetensors header at %s: expected %s, found %s"
                        .formatted(Quoted.of(header.getPath()), expected, found));
    }
}
