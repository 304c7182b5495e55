package io.forestage.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.VectorOptions;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run writes, and that an interrupted one ends in the same bytes. */
class CorpusRunTest {

    private static final CorpusOptions MEAN =
            new CorpusOptions(
                    Pooling.MEAN, false, OnTooLong.reject(), SpecialTokens.AS_TEXT, false);

    /** More than four batches. */
    private static final String MANY =
            IntStream.range(0, 20_000).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));

    @TempDir Path temporary;

    private Path model;
    private InputStage stage;

    @BeforeEach
    void load() throws IOException {
        model = TinyModel.write(temporary.resolve("model"));
        stage = InputStage.load(model);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void aRowOfNumpyIsTheVectorOfALine() throws IOException {
        Path output = temporary.resolve("out.npy");

        CorpusProgress done =
                run(MEAN).toFile(List.of(text("Hello world\n\na b"), text("c")), output, false);

        assertThat(done).isEqualTo(new CorpusProgress(4, 0, 5, 17, -1));
        assertThat(new String(Files.readAllBytes(output), 0, 128, StandardCharsets.ISO_8859_1))
                .contains("'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }");
        float[][] expected =
                stage.vectors(List.of("Hello world", "", "a b", "c"), VectorOptions.mean());
        assertThat(floats(output, 128)).containsExactly(flat(expected));
        assertThat(temporary.resolve("out.npy.partial")).doesNotExist();
    }

    @Test
    void aJsonLineHasIdsAndVector() throws IOException {
        StringBuilder lines = new StringBuilder();

        run(MEAN).toLines(List.of(text("Hello world\n")), lines, new StringBuilder());

        JsonObject line = JsonParser.parseString(lines.toString()).getAsJsonObject();
        assertThat(line.keySet()).containsExactly("line", "ids", "vector");
        assertThat(line.get("line").getAsInt()).isEqualTo(1);
        assertThat(line.get("ids")).hasToString("[15496,995]");
        float[] vector = stage.vectors(List.of("Hello world"), VectorOptions.mean())[0];
        for (int i = 0; i < vector.length; i++) {
            assertThat(line.getAsJsonArray("vector").get(i).getAsFloat()).isEqualTo(vector[i]);
        }
    }

    @Test
    void withoutPoolingATokenHasAVector() throws IOException {
        CorpusOptions none =
                new CorpusOptions(
                        Pooling.NONE, false, OnTooLong.windows(2, 2), SpecialTokens.AS_TEXT, false);
        StringBuilder lines = new StringBuilder();

        run(none).toLines(List.of(text("a b c\n\n")), lines, new StringBuilder());

        List<String> found = lines.toString().lines().toList();
        JsonObject first = JsonParser.parseString(found.get(0)).getAsJsonObject();
        assertThat(first.get("ids")).hasToString("[64,275,269]");
        // The third token begins a window, at position 0.
        float expected = TinyModel.wte(269, 0) + TinyModel.wpe(0, 0);
        assertThat(first.getAsJsonArray("vectors").get(2).getAsJsonArray().get(0).getAsFloat())
                .isEqualTo(expected);
        assertThat(found.get(1)).isEqualTo("{\"line\":2,\"ids\":[],\"vectors\":[]}");
    }

    @Test
    void aLineThatIsTooLongEndsTheRunByName() {
        assertThatThrownBy(
                        () ->
                                run(MEAN)
                                        .toFile(
                                                List.of(text("a\n" + "b ".repeat(40) + "\nc")),
                                                temporary.resolve("out.npy"),
                                                false))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith("in, line 2: expected at most 32 tokens, found 41");
    }

    @Test
    void aLineThatIsSkippedKeepsItsPlaceAndIsListed() throws IOException {
        Path output = temporary.resolve("out.npy");
        CorpusOptions skip =
                new CorpusOptions(
                        Pooling.MEAN, false, OnTooLong.reject(), SpecialTokens.AS_TEXT, true);
        byte[] bytes = ("a\n" + "b ".repeat(40) + "\nc\n?\nd").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 3] = (byte) 0xFE;

        CorpusProgress done = run(skip).toFile(List.of(source(bytes)), output, false);

        assertThat(done.skipped()).isEqualTo(2);
        float[] values = floats(output, 128);
        assertThat(values).hasSize(15);
        assertThat(values[3]).isNaN();
        assertThat(values[9]).isNaN();
        assertThat(values[12]).isEqualTo(stage.vectors(List.of("d"), VectorOptions.mean())[0][0]);
        assertThat(Files.readAllLines(temporary.resolve("out.npy.errors")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("in, line 2: expected at most 32"),
                        line -> assertThat(line).startsWith("in, line 4: expected UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"npy", "jsonl", "safetensors", "parquet"})
    void anInterruptedRunEndsInTheSameBytes(String ending) throws IOException {
        Path whole = temporary.resolve("whole." + ending);
        Path output = temporary.resolve("out." + ending);
        run(MEAN).toFile(List.of(text(MANY)), whole, false);

        for (int cut : new int[] {60_000, 61_000, 150_000}) {
            assertThatThrownBy(() -> run(MEAN).toFile(List.of(broken(cut)), output, true))
                    .hasMessageContaining("pulled out");
            assertThat(output).doesNotExist();
            assertThat(CorpusRun.isInterrupted(output)).isTrue();
        }
        CorpusProgress done = run(MEAN).toFile(List.of(text(MANY)), output, true);

        assertThat(done.lines()).isEqualTo(20_000);
        assertThat(output).hasSameBinaryContentAs(whole);
    }

    /** What was written after the last checkpoint is cut off. */
    @Test
    void bytesAfterTheCheckpointAreNotKept() throws IOException {
        Path whole = temporary.resolve("whole.jsonl");
        Path output = temporary.resolve("out.jsonl");
        run(MEAN).toFile(List.of(text(MANY)), whole, false);
        assertThatThrownBy(() -> run(MEAN).toFile(List.of(broken(150_000)), output, false))
                .hasMessageContaining("pulled out");
        Files.writeString(
                temporary.resolve("out.jsonl.partial/lines"),
                "half a li",
                StandardOpenOption.APPEND);

        run(MEAN).toFile(List.of(text(MANY)), output, true);

        assertThat(output).hasSameBinaryContentAs(whole);
    }

    @Test
    void anInterruptedRunIsNotBegunAgainByAccident() {
        Path output = temporary.resolve("out.npy");
        interrupt(output);

        assertThatThrownBy(() -> run(MEAN).toFile(List.of(text(MANY)), output, false))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("expected no interrupted run of this output, found one");
    }

    @Test
    void otherOptionsAreRefusedByName() {
        Path output = temporary.resolve("out.npy");
        interrupt(output);
        CorpusOptions last =
                new CorpusOptions(
                        Pooling.LAST, false, OnTooLong.reject(), SpecialTokens.AS_TEXT, false);

        assertThatThrownBy(() -> run(last).toFile(List.of(text(MANY)), output, true))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith(
                        "pooling: expected mean, as when the interrupted run began");
    }

    @Test
    void anotherInputIsRefusedByName() {
        Path output = temporary.resolve("out.npy");
        interrupt(output);

        assertThatThrownBy(() -> run(MEAN).toFile(List.of(text("x" + MANY)), output, true))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith("in: expected the")
                .hasMessageContaining("found others");
        assertThatThrownBy(() -> run(MEAN).toFile(List.of(), output, true))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith("input 1, in: expected a stream");
    }

    @Test
    void anotherModelIsRefusedByName() throws IOException {
        Path output = temporary.resolve("out.npy");
        interrupt(output);
        Files.writeString(model.resolve("config.json"), " ", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> run(MEAN).toFile(List.of(text(MANY)), output, true))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith("the model's ")
                .hasMessageContaining("config.json");
    }

    @Test
    void anInputIsNotReplacedByItsOutput() throws IOException {
        Path input = Files.writeString(temporary.resolve("in.jsonl"), "{\"text\": \"a\"}\n");
        Path link = Files.createSymbolicLink(temporary.resolve("link.jsonl"), input);

        for (Path output : List.of(input, link)) {
            assertThatThrownBy(
                            () -> run(MEAN).toFile(List.of(CorpusSource.of(input)), output, false))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("in.jsonl: expected an output that is no input");
        }
        assertThat(input).hasContent("{\"text\": \"a\"}");
        assertThat(temporary.resolve("in.jsonl.partial")).doesNotExist();
    }

    @Test
    void theListOfSkippedLinesIsThatOfTheOutput() throws IOException {
        Path output = temporary.resolve("out.npy");
        CorpusOptions skip =
                new CorpusOptions(
                        Pooling.MEAN, false, OnTooLong.reject(), SpecialTokens.AS_TEXT, true);
        run(skip).toFile(List.of(text("b ".repeat(40))), output, false);
        assertThat(CorpusRun.errorsOf(output)).exists();

        run(skip).toFile(List.of(text("b")), output, false);

        assertThat(CorpusRun.errorsOf(output)).doesNotExist();
    }

    @Test
    void aStateWithMoreInputsThanThereAreIsRefused() throws IOException {
        Path output = temporary.resolve("out.npy");
        interrupt(output);
        Path state = temporary.resolve("out.npy.partial/state.json");
        Files.writeString(state, Files.readString(state).replace("\"input\": 0", "\"input\": 99"));

        assertThatThrownBy(() -> run(MEAN).toFile(List.of(text(MANY)), output, true))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("expected at most 1 finished inputs, found 99");
    }

    private void interrupt(Path output) {
        assertThatThrownBy(() -> run(MEAN).toFile(List.of(broken(150_000)), output, false))
                .hasMessageContaining("pulled out");
    }

    /** A run that can be resumed after every batch. */
    private CorpusRun run(CorpusOptions options) {
        return new CorpusRun(stage, model, options, progress -> {}, 0);
    }

    private static CorpusSource text(String text) {
        return source(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CorpusSource source(byte[] bytes) {
        return CorpusSource.of("in", new ByteArrayInputStream(bytes));
    }

    /** The text, of which the disk with its end is pulled out. */
    private static CorpusSource broken(int bytes) {
        byte[] text = MANY.getBytes(StandardCharsets.UTF_8);
        InputStream in =
                new FilterInputStream(new ByteArrayInputStream(text, 0, bytes)) {
                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        int count = super.read(into, offset, length);
                        if (count < 0) {
                            throw new IOException("the disk was pulled out");
                        }
                        return count;
                    }
                };
        return CorpusSource.of("in", in);
    }

    private static float[] flat(float[][] rows) {
        List<Float> values = new ArrayList<>();
        for (float[] row : rows) {
            for (float value : row) {
                values.add(value);
            }
        }
        float[] flat = new float[values.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values.get(i);
        }
        return flat;
    }

    private static float[] floats(Path file, int begin) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[(bytes.capacity() - begin) / Float.BYTES];
        bytes.position(begin).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
