package io.forestage.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import io.forestage.model.PositionKind;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.numpy.NpyWriter;
import io.forestage.weights.safetensors.SafetensorsWriter;
import io.forestage.words.WordVectors.Neighbor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordVectorsTest {

    private static final double FLOAT_ROUNDING = 1e-6;
    private static final Offset<Double> ROUNDING = within(1e-12);

    @TempDir Path folder;
    private InputStage stage;

    /** A table in which the first column means royal, the second male and the third female. */
    @BeforeEach
    void load() throws IOException {
        TinyModel.config(folder, "");
        ByteBuffer table =
                ByteBuffer.allocate(TinyModel.VOCABULARY * TinyModel.WIDTH * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        put(table, 5822, 2, 2, 0); // " king"
        put(table, 582, 0, 3, 0); // " man"
        put(table, 2415, 0, 0, 1); // " woman"
        put(table, 16599, 5, 0, 5); // " queen"
        put(table, 1641, 0, 1, 2); // " family"
        TensorSource tensor =
                TensorSource.ofFloats(
                        "wte.weight",
                        List.of((long) TinyModel.VOCABULARY, (long) TinyModel.WIDTH),
                        table);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), List.of(tensor));
        stage =
                InputStage.load(
                        folder, LoadOptions.frozen().withPositionKind(PositionKind.NONE), null);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void kingWithoutManAndWithWomanIsNearestToQueen() {
        List<Neighbor> found =
                nearest(WordVectors.of(stage), List.of("king", "woman"), List.of("man"), 1);

        assertThat(found).extracting(Neighbor::row).containsExactly(16599);
        // (√½, √½ − 1, 1) · (1, 0, 1) / √2, over the length of the first
        double length = Math.sqrt(0.5 + Math.pow(Math.sqrt(0.5) - 1, 2) + 1);
        assertThat(found.get(0).cosine())
                .isCloseTo((Math.sqrt(0.5) + 1) / Math.sqrt(2) / length, within(FLOAT_ROUNDING));
    }

    @Test
    void theWordItselfIsLeftOutAndTheOthersComeByTheirAngleAndNotTheirLength() {
        List<Neighbor> found = nearest(WordVectors.of(stage), List.of("woman"), List.of(), 3);

        assertThat(found).extracting(Neighbor::row).startsWith(1641, 16599);
        assertThat(found.get(0).cosine()).isCloseTo(2 / Math.sqrt(5), within(FLOAT_ROUNDING));
        assertThat(found.get(1).cosine()).isCloseTo(Math.sqrt(0.5), within(FLOAT_ROUNDING));
        assertThat(found.get(2).cosine()).isZero();
    }

    @Test
    void aWordOfSeveralTokensIsTheirMean() {
        WordVectors vectors = WordVectors.of(stage);
        Word word = vectors.word("kingqueen"); // its second and third token have zeros

        assertThat(word.isMean()).isTrue();
        assertThat(word.pieces()).containsExactly(" king", "que", "en");
        assertThat(vectors.vector(word))
                .containsExactly(new double[] {2 / 3.0, 2 / 3.0, 0}, ROUNDING);
        assertThat(vectors.cosine(word, vectors.word("man"))).isCloseTo(Math.sqrt(0.5), ROUNDING);
        assertThat(vectors.distance(word, vectors.word("man")))
                .isCloseTo(Math.sqrt(4 + 49) / 3, ROUNDING);
        assertThat(vectors.nearest(new WordSum(List.of(word), List.of()), 5))
                .extracting(Neighbor::row)
                .doesNotContain(5822, word.rows().get(1), word.rows().get(2))
                .startsWith(582);
    }

    @Test
    void idsAndPiecesAreRowsToo() {
        WordVectors vectors = WordVectors.of(stage);

        assertThat(vectors.id(5822)).isEqualTo(new Word(" king", List.of(5822), List.of(" king")));
        assertThat(vectors.piece("king").rows()).containsExactly(3364);
        assertThat(vectors.piece(" king").rows()).containsExactly(5822);
        assertThat(vectors.text(5822)).isEqualTo(" king");
        assertThatThrownBy(() -> vectors.id(50257))
                .hasMessageContaining("id 50257: expected a row of the table, from 0 to 50256");
        assertThatThrownBy(() -> vectors.id(-1)).hasMessageContaining("id -1");
        assertThatThrownBy(() -> vectors.word("")).hasMessageContaining("found an empty text");
    }

    @Test
    void aFilesWordsAreThoseThatItSpells() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("v.txt"), "king 2 2 0\nman 0 3 0\nqueen 5 0 5\nwoman 0 0 1");

        try (WordVectors vectors = WordVectors.open(file)) {
            assertThat(nearest(vectors, List.of("king", "woman"), List.of("man"), 3))
                    .extracting(each -> vectors.text(each.row()))
                    .containsExactly("queen");
            assertThat(vectors.distance(vectors.word("king"), vectors.word("queen")))
                    .isEqualTo(Math.sqrt(9 + 4 + 25));
            assertThatThrownBy(() -> vectors.word("King"))
                    .hasMessageContaining("\"King\": expected one of the 4 words of " + file);
            assertThatThrownBy(() -> vectors.id(4)).hasMessageContaining("from 0 to 3");
            assertThat(vectors.untrained()).isZero();
        }
    }

    @Test
    void nothingToAddAndNothingToFindAreRefused() {
        WordVectors vectors = WordVectors.of(stage);

        assertThatThrownBy(() -> nearest(vectors, List.of(), List.of("man"), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> nearest(vectors, List.of("man"), List.of(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 0");
    }

    /** A table that was trained on a text which has neither queen nor man. */
    @Test
    void tokensThatTheTextLackedAreLeftOut() throws IOException {
        ByteBuffer ids = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ids.putLong(1641).putLong(2415).putLong(5822);
        Path training = Files.createDirectory(folder.resolve("training"));
        NpyWriter.write(
                training.resolve("trained-tokens.npy"),
                ElementType.I64,
                List.of(3L),
                channel -> channel.write(ids.rewind()));
        try (InputStage trained =
                InputStage.load(
                        folder, LoadOptions.frozen().withPositionKind(PositionKind.NONE), null)) {
            WordVectors vectors = WordVectors.of(trained);

            assertThat(nearest(vectors, List.of("king", "woman"), List.of(), 10))
                    .extracting(Neighbor::row)
                    .containsExactly(1641);
            assertThat(vectors.untrained()).isEqualTo(TinyModel.VOCABULARY - 3);
            assertThatThrownBy(() -> nearest(vectors, List.of("man"), List.of(), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"man\": expected a word that the model was trained on");
        }
        assertThat(WordVectors.of(stage).untrained()).isZero();
    }

    private static List<Neighbor> nearest(
            WordVectors vectors, List<String> plus, List<String> minus, int count) {
        return vectors.nearest(
                new WordSum(
                        plus.stream().map(vectors::word).toList(),
                        minus.stream().map(vectors::word).toList()),
                count);
    }

    private static void put(ByteBuffer table, int row, float royal, float male, float female) {
        int at = row * TinyModel.WIDTH * Float.BYTES;
        table.putFloat(at, royal);
        table.putFloat(at + Float.BYTES, male);
        table.putFloat(at + 2 * Float.BYTES, female);
    }
}
