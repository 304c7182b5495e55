package io.forestage.tokens.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.HuggingFaceParityTest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classes of characters; {@link HuggingFaceParityTest} compares all with the library's. */
class CharacterClassesTest {

    private final CharacterClasses classes = CharacterClasses.read();

    @ParameterizedTest
    @CsvSource({
        "a, 1",
        "Z, 1",
        "é, 1",
        "漢, 1",
        "ʰ, 1",
        "𝔘, 1",
        "7, 2",
        "½, 2",
        "Ⅷ, 2",
        "٣, 2",
        "_, 0",
        "😀, 0",
        "\u0301, 0",
        "\u200B, 0"
    })
    void aCharacterHasItsClass(String character, byte expected) {
        assertThat(classes.of(character.codePointAt(0))).isEqualTo(expected);
    }

    @Test
    void whiteSpaceIsThatOfUnicodeAndNotOfJava() {
        assertThat(
                        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                                .filter(c -> classes.of(c) == CharacterClasses.SPACE)
                                .toArray())
                .containsExactly(
                        '\t', '\n', 0x0B, '\f', '\r', ' ', 0x85, 0xA0, 0x1680, 0x2000, 0x2001,
                        0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A,
                        0x2028, 0x2029, 0x202F, 0x205F, 0x3000);
    }

    @Test
    void lettersThatAnOldJdkLacksAreLetters() {
        // CJK Extension H was added in Unicode 15; JDK 17 has version 13.
        assertThat(classes.of(0x31350)).isEqualTo(CharacterClasses.LETTER);
    }

    @Test
    void codePointsAfterTheLastRangeHaveNoClass() {
        assertThat(classes.of(Character.MAX_CODE_POINT)).isEqualTo(CharacterClasses.OTHER);
    }
}
