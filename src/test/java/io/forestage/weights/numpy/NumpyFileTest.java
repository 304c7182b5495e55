package io.forestage.weights.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.RawZip;
import io.forestage.testing.TwinTables;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileRegion;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyFileTest {

    private final Path folder;

    NumpyFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "little",
                "big",
                "half",
                "double",
                "fortran",
                "big-fortran",
                "version2",
                "version3"
            })
    void arraysOfEveryFormHaveTheSameBits(String form) throws IOException {
        for (Gpt2Table table : Gpt2Table.values()) {
            String name = table.shortName() + ".npy";
            try (WeightFile file = open(name, NpyBytes.resource(form + "/" + name))) {
                assertThat(file.format()).isEqualTo(WeightFormat.NUMPY);
                assertThat(file.metadata()).isEmpty();
                assertThat(file.tensors())
                        .extracting(TensorEntry::name)
                        .containsExactly(table.shortName());
                TwinTables.assertHeldBy(file, table);
                file.requireUnchanged();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stored.npz",
                "stored-fortran.npz",
                "compressed.npz",
                "compressed-fortran.npz"
            })
    void aZipOfArraysContainsBothTables(String fixture) throws IOException {
        try (WeightFile file = open("gpt2.npz", NpyBytes.resource(fixture))) {
            assertThat(file.format()).isEqualTo(WeightFormat.NUMPY);
            assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("wte", "wpe");
            assertThat(file.size()).isEqualTo(Files.size(file.path()));
            TwinTables.assertHeldBy(file);
            TwinTables.assertHeldBy(file);
            file.requireUnchanged();
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BF16", "F8_E4M3", "F8_E5M2", "F8_E8M0", "C64", "C128", "OTHER"})
    void everyTypeOfNumPyIsRead(ElementType type) throws IOException {
        String kind = type == ElementType.BOOL ? "b" : type.name().toLowerCase(Locale.ROOT);
        String name = kind.substring(0, 1) + type.bytes();
        try (WeightFile file = open("types.npz", NpyBytes.resource("types.npz"))) {
            TensorEntry entry = file.require(name);
            assertThat(entry).isEqualTo(new TensorEntry(name, type, List.of(2L)));
            byte[] one = new byte[type.bytes()];
            switch (type) {
                case F16 -> one[1] = 0x3c;
                case F32 -> NpyBytes.floats(1).get(one);
                case F64 -> NpyBytes.littleEndian(8).putDouble(1).flip().get(one);
                default -> one[0] = 1;
            }
            byte[] expected = new byte[2 * type.bytes()];
            System.arraycopy(one, 0, expected, type.bytes(), one.length);
            assertThat(raw(file, entry)).isEqualTo(expected);
        }
    }

    @Test
    void aScalarHasNoDimensions() throws IOException {
        try (WeightFile file = open("x.npy", NpyBytes.resource("scalar.npy"))) {
            assertThat(file.require("x").shape()).isEmpty();
            assertThat(floats(file, "x").get()).isEqualTo(0.1f);
        }
    }

    @Test
    void aZipMayHaveNoArrays() throws IOException {
        try (WeightFile file = open("none.npz", NpyBytes.resource("no-arrays.npz"))) {
            assertThat(file.tensors()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x", "x.bin", "x.npz"})
    void theBytesDecideTheKindNotTheName(String name) throws IOException {
        try (WeightFile file = open(name, NpyBytes.resource("matrix.npy"))) {
            assertThat(file.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactly(name.replace(".npy", ""));
        }
        try (WeightFile file = open(name, NpyBytes.resource("stored.npz"))) {
            TwinTables.assertHeldBy(file);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
                "{\"shape\": (2, 3,), \"descr\": \"<f4\", \"fortran_order\": False}",
                " {'fortran_order' : False , 'shape' : ( 2 , 3 ) ,\n'descr' : '<f4' , } \n\n",
                "{\t'descr':'<f4','fortran_order':False,'shape':(2,3)}\r\n",
            })
    void aHeaderMayHaveAnySpacingQuotesAndOrder(String header) throws IOException {
        try (WeightFile file = open("x.npy", NpyBytes.npy(header, 24))) {
            assertThat(file.require("x"))
                    .isEqualTo(new TensorEntry("x", ElementType.F32, List.of(2L, 3L)));
        }
    }

    @Test
    void arraysInCOrderCanBeMapped() throws IOException {
        try (WeightFile file = open("wte.npy", NpyBytes.resource("little/wte.npy"))) {
            assertThat(file.region(file.require("wte"))).contains(new FileRegion(file.path(), 128));
        }
        byte[] zip = NpyBytes.resource("stored.npz");
        try (WeightFile file = open("stored.npz", zip)) {
            byte[] table = TwinTables.bytes(Gpt2Table.WPE);
            int offset = (int) file.region(file.require("wpe")).orElseThrow().offset();
            assertThat(Arrays.copyOfRange(zip, offset, offset + table.length)).isEqualTo(table);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"big/wte.npy", "fortran/wte.npy", "compressed.npz"})
    void otherArraysCannotBeMapped(String fixture) throws IOException {
        try (WeightFile file = open("wte", NpyBytes.resource(fixture))) {
            assertThat(file.region(file.require("wte"))).isEmpty();
        }
    }

    @Test
    void columnsThatAreRowsTooCanBeMapped() throws IOException {
        for (String shape : List.of("(7,)", "(7, 1)", "(1, 7)", "(1, 7, 1)")) {
            String header = "{'descr': '<f4', 'fortran_order': True, 'shape': " + shape + "}";
            try (WeightFile file = open("x.npy", NpyBytes.npy(header, 28))) {
                assertThat(file.region(file.require("x"))).isPresent();
            }
        }
    }

    @Test
    void bytesHaveNoOrder() throws IOException {
        for (String order : List.of("<", ">", "|")) {
            String header = "{'descr': '" + order + "i1', 'fortran_order': False, 'shape': (7,)}";
            try (WeightFile file = open("x.npy", NpyBytes.npy(header, 7))) {
                assertThat(file.region(file.require("x"))).isPresent();
            }
        }
    }

    @Test
    void aDimensionOfZeroMeansNoElements() throws IOException {
        String header =
                "{'descr': '<f4', 'fortran_order': True, 'shape': (4611686018427387904,"
                        + " 4611686018427387904, 0)}";
        try (WeightFile file = open("x.npy", NpyBytes.npy(header, 0))) {
            assertThat(raw(file, file.require("x"))).isEmpty();
        }
    }

    /** Larger than what is cached while columns are read. */
    @Test
    void largeCompressedColumnsAreReadInRows() throws IOException {
        assertLargeColumnsAreReadInRows(2000, 2500);
        assertLargeColumnsAreReadInRows(200, 250, 40);
    }

    private void assertLargeColumnsAreReadInRows(int... shape) throws IOException {
        int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        String tuple = Arrays.toString(shape).replace('[', '(').replace(']', ')');
        byte[] npy =
                NpyBytes.npy(
                        "{'descr': '<f4', 'fortran_order': True, 'shape': " + tuple + "}",
                        count * Float.BYTES);
        ByteBuffer data = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
        data.position(npy.length - count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            data.putFloat(i);
        }
        byte[] zip = RawZip.of(RawZip.deflated("a.npy", npy)).bytes();
        try (WeightFile file = open("a.npz", zip)) {
            FloatBuffer floats = floats(file, "a");
            float[] expected = new float[count];
            for (int i = 0; i < count; i++) {
                expected[i] = columnMajor(i, shape);
            }
            assertThat(floats.mismatch(FloatBuffer.wrap(expected))).isEqualTo(-1);
        }
    }

    /** Returns the position in Fortran order of the element at a position in C order. */
    private static float columnMajor(int index, int... shape) {
        int rest = index;
        int[] at = new int[shape.length];
        for (int i = shape.length - 1; i >= 0; i--) {
            at[i] = rest % shape[i];
            rest /= shape[i];
        }
        int position = 0;
        for (int i = shape.length - 1; i >= 0; i--) {
            position = position * shape[i] + at[i];
        }
        return position;
    }

    @Test
    void numPysFilesAreRecognisedByTheirFirstBytes() {
        for (String name : List.of("matrix.npy", "stored.npz", "compressed.npz")) {
            assertThat(NumpyFile.isNumpy(beginning(NpyBytes.resource(name)))).isTrue();
        }
        byte[] none = new byte[0];
        RawZip.Entry array = RawZip.stored("wte.npy", none);
        RawZip.Entry pickle = RawZip.stored("archive/data.pkl", none);
        assertThat(NumpyFile.isNumpy(RawZip.of(array, pickle).bytes())).isTrue();
        assertThat(NumpyFile.isNumpy(RawZip.of(pickle, array).bytes())).isFalse();
        assertThat(NumpyFile.isNumpy(RawZip.of().bytes())).isFalse();
        assertThat(NumpyFile.isNumpy(none)).isFalse();
        byte[] zip = RawZip.of(array).bytes();
        assertThat(NumpyFile.isNumpy(Arrays.copyOf(zip, 36))).isFalse();
        assertThat(NumpyFile.isNumpy(Arrays.copyOf(zip, 37))).isTrue();
        assertThat(NumpyFile.isNumpy(Arrays.copyOf(zip, 5))).isFalse();
        assertThat(NumpyFile.isNumpy(Arrays.copyOf(NpyBytes.resource("matrix.npy"), 6))).isTrue();
    }

    private static byte[] beginning(byte[] bytes) {
        return Arrays.copyOf(bytes, Math.min(bytes.length, NumpyFile.HEAD_BYTES));
    }

    private WeightFile open(String name, byte[] bytes) throws IOException {
        return NumpyFile.open(Files.write(folder.resolve(name), bytes));
    }

    private static byte[] raw(WeightFile file, TensorEntry entry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        file.transferTo(entry, Channels.newChannel(out));
        return out.toByteArray();
    }

    private static FloatBuffer floats(WeightFile file, String name) throws IOException {
        TensorEntry entry = file.require(name);
        ByteBuffer floats =
                ByteBuffer.allocate((int) entry.elementCount() * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        file.readFloats(entry, floats);
        return floats.flip().asFloatBuffer();
    }
}
