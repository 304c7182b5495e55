package io.forestage.pipeline;

import io.forestage.support.Quoted;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as {@code NDList.encode} writes them. DJL's own decoder trusts every length in the bytes,
 * which a server must not.
 */
final class NdListBody {

    private static final int FIRST_VERSION = 1;
    private static final int FIRST_WITH_NAMES = 2;
    private static final int FIRST_WITH_ORDER = 3;

    private final ByteBuffer bytes;
    private final RequestLimits limits;

    private NdListBody(byte[] body, RequestLimits limits) {
        this.limits = limits;
        bytes = ByteBuffer.wrap(body);
    }

    static RequestBody read(byte[] body, RequestLimits limits) {
        NdListBody list = new NdListBody(body, limits);
        try {
            return IdArray.toBody(list.arrays());
        } catch (BufferUnderflowException e) {
            throw list.problem("a whole NDList", "its end");
        }
    }

    private List<IdArray> arrays() {
        int count = bytes.getInt();
        if (count < 1 || count > IdArray.MAX_ARRAYS) {
            throw problem("1 to %d arrays".formatted(IdArray.MAX_ARRAYS), String.valueOf(count));
        }
        List<IdArray> arrays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arrays.add(array());
        }
        if (bytes.hasRemaining()) {
            throw problem("nothing after the arrays", bytes.remaining() + " bytes");
        }
        return arrays;
    }

    private IdArray array() {
        String magic = string();
        int version = bytes.getInt();
        if (!magic.equals("NDAR") || version < FIRST_VERSION || version > FIRST_WITH_ORDER) {
            throw problem(
                    "NDAR and a version from 1 to 3", "%s %d".formatted(Quoted.of(magic), version));
        }
        String name = version >= FIRST_WITH_NAMES && bytes.get() == 1 ? string() : null;
        String sparse = string();
        if (!sparse.equals("DENSE")) {
            throw IdArray.problem(name, "a dense array", Quoted.of(sparse));
        }
        IdArray.Type type = IdArray.Type.ofDjl(name, string());
        List<Long> shape = shape(name);
        ByteOrder order = ByteOrder.nativeOrder();
        if (version >= FIRST_WITH_ORDER) {
            order = bytes.get() == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw IdArray.problem(
                    name,
                    "at most the %d bytes left".formatted(bytes.remaining()),
                    String.valueOf(length));
        }
        ByteBuffer data = bytes.slice(bytes.position(), length).order(order);
        bytes.position(bytes.position() + length);
        return IdArray.read(name, shape, data, type, limits);
    }

    private List<Long> shape(@Nullable String name) {
        int rank = bytes.getInt();
        if (rank < 1 || rank > 2) {
            throw IdArray.problem(name, "1 or 2 dimensions", String.valueOf(rank));
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            shape.add(bytes.getLong());
        }
        int layout = bytes.getInt();
        if (layout != rank) {
            throw IdArray.problem(
                    name, "a layout of %d axes".formatted(rank), String.valueOf(layout));
        }
        for (int i = 0; i < layout; i++) {
            char unused = bytes.getChar();
        }
        return shape;
    }

    private String string() {
        byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private RequestException problem(String expected, String found) {
        return RequestException.malformed(
                "body at byte %d: expected %s, found %s"
                        .formatted(bytes.position(), expected, found));
    }
}
