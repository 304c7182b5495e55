package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.testing.TwinTables;
import io.forestage.torch.HostMemory;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.gguf.GgufBytes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same two tables in every format: loaded, imported and checked, they are the same bits. */
class EveryFormatTest {

    @TempDir Path temporary;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pytorch/plain.pt",
                "pytorch/plain-legacy.pt",
                "pytorch/tied.pt",
                "pytorch/views-legacy.pt",
                "pytorch/deflated.pt",
                "pytorch/bfloat16.pt",
                "pytorch/big-endian.pt",
                "pytorch/nanogpt.pt",
                "tensorflow/plain.index",
                "tensorflow/two-shards.index",
                "tensorflow/big-endian.index",
                "numpy/little",
                "numpy/little/wte.npy",
                "numpy/big-fortran",
                "numpy/stored.npz",
                "numpy/compressed-fortran.npz",
            })
    void theTwinTablesAreTheSameBits(String name) throws Exception {
        requireTheSameBits(resource(name));
    }

    @Test
    void theyAreInGguf() throws Exception {
        byte[] file =
                GgufBytes.gpt2()
                        .tensor(
                                "token_embd.weight",
                                0,
                                List.of(6L, 19L),
                                TwinTables.bytes(Gpt2Table.WTE))
                        .tensor(
                                "position_embd.weight",
                                0,
                                List.of(6L, 7L),
                                TwinTables.bytes(Gpt2Table.WPE))
                        .bytes();
        requireTheSameBits(Files.write(temporary.resolve("model.gguf"), file));
    }

    @Test
    void theyAreInTheFormatOfLlmc() throws Exception {
        int layers = 1;
        int channels = 6;
        int rows = 128;
        byte[] wte = TwinTables.bytes(Gpt2Table.WTE);
        byte[] wpe = TwinTables.bytes(Gpt2Table.WPE);
        int others = layers * (12 * channels * channels + 13 * channels) + 2 * channels;
        ByteBuffer file =
                ByteBuffer.allocate(1024 + 4 * rows * channels + wpe.length + 4 * others)
                        .order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(20240326).putInt(3).putInt(7).putInt(19).putInt(layers).putInt(1);
        file.putInt(channels).putInt(rows);
        file.position(1024).put(wte);
        file.position(1024 + 4 * rows * channels).put(wpe);
        requireTheSameBits(Files.write(temporary.resolve("gpt2.bin"), file.array()));
    }

    private void requireTheSameBits(Path source) throws Exception {
        Path slim = temporary.resolve("slim");

        ImportReport report = new ModelImport(source, slim).run(ImportOptions.defaults());

        assertThat(report.sha256())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "wte.weight", sha256(Gpt2Table.WTE),
                                "wpe.weight", sha256(Gpt2Table.WPE)));
        assertThat(ModelVerification.of(source).found()).isEqualTo(report.sha256());
        assertThat(ModelVerification.of(slim).found()).isEqualTo(report.sha256());
        for (Path place : new Path[] {source, slim}) {
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                Gpt2InputEmbedding block =
                        ModelFolder.open(place).loadBlock(manager, LoadOptions.frozen()).block();
                NDArray wte = block.getTokenEmbedding().getParameters().valueAt(0).getArray();
                ByteBuffer found = HostMemory.of(wte);
                assertThat(found).isEqualTo(ByteBuffer.wrap(TwinTables.bytes(Gpt2Table.WTE)));
                requireSumsInALargeBatch(manager, block);
            }
        }
    }

    /** Tables that are loaded together are added in one native call. */
    private static void requireSumsInALargeBatch(NDManager manager, Gpt2InputEmbedding block) {
        NDArray wte = block.getTokenEmbedding().getParameters().valueAt(0).getArray();
        NDArray wpe =
                Objects.requireNonNull(block.getPositionalEmbedding())
                        .getParameters()
                        .valueAt(0)
                        .getArray();
        NDArray ids = manager.arange(700 * 7).toType(DataType.INT64, true).reshape(700, 7).mod(19);

        NDArray sums =
                block.forward(new ParameterStore(manager, false), new NDList(ids), false)
                        .singletonOrThrow();

        assertThat(sums.toFloatArray()).isEqualTo(wte.get(ids).add(wpe).toFloatArray());
    }

    /** The fixture script reads the same folder with PyTorch. */
    @Test
    void importWritesWhatPyTorchReads() throws Exception {
        Path slim = temporary.resolve("slim");

        new ModelImport(resource("pytorch/plain.pt"), slim).run(ImportOptions.defaults());

        for (String file : List.of("config.json", "model.safetensors", "provenance.json")) {
            assertThat(slim.resolve(file))
                    .hasSameBinaryContentAs(resource("twins/imported").resolve(file));
        }
    }

    private static String sha256(Gpt2Table table) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(TwinTables.bytes(table));
        return HexFormat.of().formatHex(digest);
    }

    private static Path resource(String name) throws URISyntaxException, IOException {
        return Path.of(
                Objects.requireNonNull(EveryFormatTest.class.getResource("/weights/" + name), name)
                        .toURI());
    }
}
