package io.forestage.support;

import static io.forestage.testing.HostileText.TEXT;
import static io.forestage.testing.HostileText.assertHarmless;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedTest {

    @Test
    void whatPeopleWriteStaysAsItIs() {
        String text = "Grüße, 世界 👋 ĠŁ é";
        assertThat(Quoted.of(text)).isEqualTo('"' + text + '"');
        assertThat(Quoted.cut(text)).isEqualTo(text);
        assertThat(Quoted.whole(text)).isEqualTo(text);
        assertThat(Quoted.line(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200d,
                0x200f, 0x2028, 0x2029, 0x202e, 0x2066, 0x2069, 0x3164, 0xd800, 0xdfff, 0xe000,
                0xfe0f, 0xfeff, 0xfffe, 0xe0001, 0xe0041, 0x10ffff
            })
    void whatSteersOrHidesIsSpelledByItsNumber(int c) {
        String text = "a" + Character.toString(c) + "b";
        String spelled = "a\\u{" + Integer.toHexString(c) + "}b";
        assertThat(Quoted.of(text)).isEqualTo('"' + spelled + '"');
        assertThat(Quoted.cut(text)).isEqualTo(spelled);
        assertThat(Quoted.whole(text)).isEqualTo(spelled);
        assertThat(Quoted.line(text)).isEqualTo(spelled);
    }

    @Test
    void linesAndTabsHaveTheirUsualSpelling() {
        assertThat(Quoted.of("a\nb\rc\td")).isEqualTo("\"a\\nb\\rc\\td\"");
        assertThat(Quoted.line("a\nb\rc\td")).isEqualTo("a\\nb\\rc\\td");
    }

    @Test
    void inQuotesTwoTextsLookAlikeOnlyIfTheyAre() {
        assertThat(Quoted.of("a\\nb\"")).isEqualTo("\"a\\\\nb\\\"\"");
        assertThat(Quoted.whole("a\\nb\"")).isEqualTo("a\\\\nb\"");
    }

    @Test
    void aNameIsCutBetweenCharactersAndNeverWithinAnEscape() {
        assertThat(Quoted.of("x".repeat(120))).isEqualTo('"' + "x".repeat(120) + '"');
        assertThat(Quoted.of("x".repeat(121))).isEqualTo('"' + "x".repeat(120) + "…\"");
        assertThat(Quoted.cut("x".repeat(119) + "😀")).isEqualTo("x".repeat(119) + "…");
        assertThat(Quoted.cut("x".repeat(118) + "\u001by")).isEqualTo("x".repeat(118) + "…");
    }

    @Test
    void aLineKeepsItsBeginningAndItsEnd() {
        String line = Quoted.line("begin" + "\u0007".repeat(5000) + "; what to do");
        assertThat(line).hasSizeLessThanOrEqualTo(1000).startsWith("begin").endsWith("what to do");
        assertThat(Quoted.line(line)).isEqualTo(line);
        assertHarmless(Quoted.line("😀".repeat(5000)));
    }

    @Test
    void nothingHostileIsLeft() {
        assertHarmless(Quoted.of(TEXT));
        assertHarmless(Quoted.cut(TEXT));
        assertHarmless(Quoted.line(TEXT));
        assertHarmless(Quoted.whole(TEXT.substring(0, 50)));
    }
}
