package io.forestage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/** The tables in every weight format's fixture, as twins/make_fixtures.py wrote them. */
public final class TwinTables {

    public static final List<Long> WTE_SHAPE = List.of(19L, 6L);

    public static final List<Long> WPE_SHAPE = List.of(7L, 6L);

    private TwinTables() {}

    /** Returns a table as little-endian float32. */
    public static byte[] bytes(Gpt2Table table) throws IOException {
        String path =
                switch (table) {
                    case WTE -> "/weights/twins/wte.f32";
                    case WPE -> "/weights/twins/wpe.f32";
                };
        try (InputStream in = TwinTables.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        }
    }

    /** Checks that both tables of a file, converted to float32, have the bits of these. */
    public static void assertHeldBy(WeightFile file) throws IOException {
        assertHeldBy(file, Gpt2Table.WTE);
        assertHeldBy(file, Gpt2Table.WPE);
    }

    /** Checks that a table of a file, converted to float32, has the bits of this one. */
    public static void assertHeldBy(WeightFile file, Gpt2Table table) throws IOException {
        TensorEntry entry = table.requireIn(file);
        assertThat(entry.shape())
                .isEqualTo(
                        switch (table) {
                            case WTE -> WTE_SHAPE;
                            case WPE -> WPE_SHAPE;
                        });
        byte[] expected = bytes(table);
        ByteBuffer floats = ByteBuffer.allocate(expected.length).order(ByteOrder.nativeOrder());
        file.readFloats(entry, floats);
        ByteBuffer found = ByteBuffer.allocate(expected.length).order(ByteOrder.LITTLE_ENDIAN);
        found.asFloatBuffer().put(floats.flip().asFloatBuffer());
        assertThat(found.array()).as(entry.name()).isEqualTo(expected);
    }
}
