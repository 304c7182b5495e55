package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import io.forestage.model.LoadOptions;
import io.forestage.testing.Tolerances;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts go on as transformers' do, one by one, together, and piece by piece. */
class LanguageModelTest {

    private static final Path BYTES = DecoderCase.FOLDER.resolve("gpt2-like");

    static List<String> models() {
        return DecoderCase.RANDOM;
    }

    private static LanguageModel forIds(String name) throws IOException {
        return LanguageModel.load(
                DecoderCase.FOLDER.resolve(name), LoadOptions.frozen().withIdsOnly(), null);
    }

    /** Three rows of unequal lengths, as transformers continues them. */
    @ParameterizedTest
    @MethodSource("models")
    void greedyTokensAreThoseOfTransformersTogetherAndAlone(String name) throws IOException {
        try (DecoderCase expected = new DecoderCase(name, LoadOptions.frozen());
                LanguageModel model = forIds(name)) {
            NDArray greedy = expected.expected("greedy");
            NDArray mask = expected.expected("attention_mask");
            int length = (int) mask.getShape().get(1);
            List<long[]> prompts = new ArrayList<>();
            List<List<Long>> continued = new ArrayList<>();
            for (int row = 0; row < 3; row++) {
                long[] ids = greedy.get(row).toLongArray();
                int pads = length - (int) mask.get(row).sum().getLong();
                prompts.add(Arrays.copyOfRange(ids, pads, length));
                continued.add(Arrays.stream(ids).skip(length).boxed().toList());
            }
            GenerationOptions options =
                    GenerationOptions.greedy().withMaxTokens(length).withStopAtEnd(false);

            assertThat(model.generateIds(prompts, options)).isEqualTo(continued);
            for (int row = 0; row < 3; row++) {
                assertThat(model.generateIds(prompts.subList(row, row + 1), options))
                        .containsExactly(continued.get(row));
            }
        }
    }

    /** A long text leaves fewer positions for itself, and not for the texts beside it. */
    @Test
    void aTextThatReachesThePositionsEndDoesNotShortenOthers() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            int positions = Math.toIntExact(model.config().nPositions());
            List<String> texts = List.of("ab", "c".repeat(positions - 3), "d");
            GenerationOptions options = GenerationOptions.greedy().withStopAtEnd(false);

            List<Generation> together = model.generate(texts, options);

            assertThat(together.get(1).ids()).hasSize(4);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(together.get(i)).isEqualTo(model.generate(texts.get(i), options));
            }
        }
    }

    /** One native call for all blocks against the blocks of the network, which also learn. */
    @ParameterizedTest
    @MethodSource("models")
    void logitsAreThoseOfTheNetworkAndOfTransformers(String name) throws IOException {
        try (DecoderCase expected = new DecoderCase(name, LoadOptions.frozen());
                LanguageModel model = forIds(name)) {
            NDArray ids = expected.expected("ids").get("1:2");
            NDArray logits =
                    expected.network()
                            .forward(
                                    new ParameterStore(expected.manager(), false),
                                    new NDList(ids),
                                    false)
                            .singletonOrThrow();

            NDArray found = expected.manager().create(model.logits(ids.toLongArray()));

            assertThat(DecoderCase.difference(found, logits.get(0)))
                    .isLessThan(Tolerances.DECODER_LOGITS);
            assertThat(DecoderCase.difference(found, expected.expected("logits").get(1)))
                    .isLessThan(Tolerances.DECODER_LOGITS);
        }
    }

    @Test
    void nanoSortSortsWithACacheInOneBatch() throws IOException {
        try (LanguageModel model = forIds("nano-sort")) {
            List<long[]> all = new ArrayList<>();
            List<List<Long>> sorted = new ArrayList<>();
            for (int i = 0; i < 729; i++) {
                long[] letters = new long[6];
                for (int j = 0, left = i; j < 6; j++, left /= 3) {
                    letters[j] = left % 3;
                }
                all.add(letters);
                sorted.add(Arrays.stream(letters).sorted().boxed().toList());
            }
            GenerationOptions six =
                    GenerationOptions.greedy().withMaxTokens(6).withStopAtEnd(false);

            assertThat(model.generateIds(all, six)).isEqualTo(sorted);
        }
    }

    @Test
    void aTextGoesOnPieceByPiece() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            GenerationOptions options =
                    GenerationOptions.sampling(3).withMaxTokens(15).withStopAtEnd(false);
            List<String> pieces = new ArrayList<>();

            Generation next = model.generate("Grüße", options, pieces::add);

            assertThat(String.join("", pieces)).isEqualTo(next.text());
            assertThat(pieces).hasSizeGreaterThan(1);
            assertThat(next.ids()).hasSize(15);
            assertThat(next.promptTokens()).isEqualTo(7);
            assertThat(next.ended()).isFalse();
            long[] ids = next.ids().stream().mapToLong(Long::longValue).toArray();
            assertThat(next.text()).isEqualTo(model.tokenizer().decode(ids));
        }
    }

    @Test
    void textsTogetherGoOnAsAlone() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            List<String> texts = List.of("a", "Hello", "abc", "");
            GenerationOptions options =
                    GenerationOptions.sampling(5).withTopK(20).withTopP(0.9).withMaxTokens(12);

            List<Generation> together = model.generate(texts, options);

            assertThat(together).hasSize(4);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(together.get(i)).isEqualTo(model.generate(texts.get(i), options));
            }
            assertThat(model.generate(List.of(), options)).isEmpty();
        }
    }

    @Test
    void theEndTokenEndsATextAndIsNoPartOfIt() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            // A seed whose draws reach the end token early.
            GenerationOptions options =
                    GenerationOptions.sampling(0).withTemperature(50).withMaxTokens(20);
            Generation ended = null;
            for (long seed = 0; ended == null && seed < 200; seed++) {
                Generation next = model.generate("ab", options.withSeed(seed));
                ended = next.ended() ? next : null;
            }

            assertThat(ended).isNotNull();
            assertThat(Objects.requireNonNull(ended).ids())
                    .doesNotContain(256L)
                    .hasSizeLessThan(20);
            assertThat(ended.text()).doesNotContain("<|endoftext|>");
        }
    }

    @Test
    void whatExceedsThePositionsIsRefused() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            GenerationOptions greedy = GenerationOptions.greedy();

            assertThatThrownBy(() -> model.generate("0123456789", greedy.withMaxTokens(16)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "text 0: expected room for 16 more tokens within the model's 24"
                                    + " positions, found 10 tokens; add at most 15, or shorten the"
                                    + " text");
            assertThat(model.generate("0123456789", greedy.withMaxTokens(15)).ids()).isNotEmpty();
            assertThat(model.generate("0123456789", greedy).ids()).hasSizeLessThanOrEqualTo(15);
            assertThatThrownBy(() -> model.generate("0".repeat(25), greedy))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("shorten the text");
            assertThatThrownBy(() -> model.logits(new long[25]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ids: expected 1 to 24, the model's positions, found 25");
        }
    }

    /** GPT-2 has no vectors for positions beyond its own, whatever its attention. */
    @Test
    void aTextOfSeveralWindowsIsRefusedWithTheNumbers() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            String three = "0".repeat(60);
            GenerationOptions greedy = GenerationOptions.greedy();

            assertThatThrownBy(() -> model.generate(List.of("a", three), greedy))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "text 1: expected room for 1 more tokens within the model's 24"
                                    + " positions, found 60 tokens; shorten the text");
            assertThatThrownBy(() -> model.generate(three, greedy.withMaxTokens(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "text 0: expected room for 3 more tokens within the model's 24"
                                    + " positions, found 60 tokens; shorten the text");
            assertThatThrownBy(() -> model.perplexity(three))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ids: expected 1 to 24, the model's positions, found 60");
            assertThat(model.generate("0".repeat(24), greedy).ids()).hasSizeLessThanOrEqualTo(1);
            assertThat(model.logits(new long[24])).hasDimensions(24, 257);
        }
    }

    @Test
    void perplexityIsThatOfTheLogits() throws IOException {
        try (LanguageModel model = LanguageModel.load(BYTES)) {
            float[][] logits = model.logits(97, 98, 99);
            double sum = 0;
            for (int i = 0; i < 2; i++) {
                double whole = 0;
                for (float logit : logits[i]) {
                    whole += Math.exp(logit);
                }
                sum -= Math.log(Math.exp(logits[i][98 + i]) / whole);
            }

            assertThat(model.perplexity("abc")).isCloseTo(Math.exp(sum / 2), within(1e-6));
            assertThatThrownBy(() -> model.perplexity("a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 2 tokens");
        }
    }

    @Test
    void aClosedModelSaysSo() throws IOException {
        LanguageModel model = LanguageModel.load(BYTES);
        model.close();

        assertThatThrownBy(() -> model.generate("a", GenerationOptions.greedy()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
