package io.forestage.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8Test {

    @Test
    void textsAreDecodedAsJavaDoes() {
        for (String text : new String[] {"", "king", "naïve 🙂", "a \uFFFD that was there"}) {
            assertThat(Utf8.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWithTheirPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Utf8.decode(new byte[] {'a', 'b', (byte) 0xFF, 'c'}))
                .withMessage("expected UTF-8, found byte 0xff at 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Utf8.decode(new byte[] {'a', (byte) 0xE2, (byte) 0x82}))
                .withMessage("expected UTF-8, found byte 0xe2 at 1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Utf8.decode(new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80}))
                .withMessage("expected UTF-8, found byte 0xed at 1, of a lone surrogate");
    }
}
