package io.forestage.cli.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedWordsTest {

    @ParameterizedTest
    @ValueSource(strings = {"king - man + woman", " - man  king woman ", "+ king + woman - man"})
    void aWordWithoutASignIsAdded(String text) throws IOException {
        assertThat(AskedWords.Signs.parse(List.of(text), false))
                .isEqualTo(new AskedWords.Signs(List.of("king", "woman"), List.of("man")));
    }

    @Test
    void wordsMayBeSeparateArguments() throws IOException {
        assertThat(AskedWords.Signs.parse(List.of("king", "-", "man"), false))
                .isEqualTo(new AskedWords.Signs(List.of("king"), List.of("man")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"king -", "king - - man", "king + - man", "- man", "+"})
    void aSignWithoutAWordIsRejected(String text) {
        assertThatThrownBy(() -> AskedWords.Signs.parse(List.of(text), false))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("WORD: expected a word ")
                .hasMessageEndingWith("; write, for example: king - man + woman");
    }
}
