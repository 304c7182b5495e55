package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** GPT-2's tokenizer against jtokkit's encoder, an implementation that shares no code with it. */
class TokenizerParityTest {

    private static List<ParityText> cases = List.of();

    /** A fixture's line; see {@link ParityTextsMaker}. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by its array only.
    private record ParityText(String text, long[] ids) {}

    @BeforeAll
    static void readFixture() throws IOException {
        String json = Files.readString(ParityTextsMaker.FIXTURE, StandardCharsets.US_ASCII);
        cases = Arrays.asList(new Gson().fromJson(json, ParityText[].class));
    }

    @Test
    void theFixtureHoldsHundredsOfTexts() {
        assertThat(cases).hasSizeGreaterThanOrEqualTo(300);
        assertThat(cases.stream().map(ParityText::text)).doesNotHaveDuplicates();
    }

    @Test
    void theFixtureSaysWhatJtokkitSaysNow() {
        for (ParityText parity : cases) {
            assertThat(ParityTextsMaker.jtokkit(parity.text()))
                    .as(parity.text())
                    .isEqualTo(parity.ids());
        }
    }

    @Test
    void idsAreThoseOfTheFixture() throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            for (ParityText parity : cases) {
                assertThat(tokenizer.encode(parity.text()).ids())
                        .as(parity.text())
                        .isEqualTo(parity.ids());
            }
        }
    }

    @Test
    void textsComeBackFromTheFixturesIds() throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            for (ParityText parity : cases) {
                assertThat(tokenizer.decode(parity.ids())).isEqualTo(parity.text());
            }
        }
    }
}
