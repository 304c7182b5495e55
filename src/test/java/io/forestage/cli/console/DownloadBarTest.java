package io.forestage.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DownloadBarTest {

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final DownloadBar bar =
            new DownloadBar(new PrintStream(shown, true, StandardCharsets.UTF_8));

    @Test
    void eachFileHasALineWithItsNameSizeAndRate() {
        bar.started("config.json", 665, 0);
        bar.advanced(665);
        bar.finished();
        bar.started("model.safetensors", 157_500_000, 20_000_000);
        bar.advanced(90_000_000);
        bar.advanced(157_500_000);
        bar.finished();

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).startsWith("config.json 100% [").contains("0/0kB");
        assertThat(lines().get(1))
                .startsWith("model.safetensors 100% [")
                .contains("157/157MB", "0:00:0")
                .matches(".*[0-9?.]MB/s *")
                .hasSizeLessThan(80);
    }

    @Test
    void aFailedDownloadEndsItsLine() {
        bar.started("model.safetensors", 100_000_000, 0);
        bar.advanced(50_000_000);

        bar.close();
        bar.close();

        assertThat(lines()).hasSize(1);
        assertThat(lines().get(0)).startsWith("model.safetensors  50% [").contains("50/100MB");
    }

    @Test
    void anInterruptedThreadStaysInterrupted() {
        bar.started("model.safetensors", 100_000_000, 0);
        Thread.currentThread().interrupt();

        bar.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(lines()).hasSize(1);
    }

    @Test
    void aRestartedFileHasANewLine() {
        bar.started("model.safetensors", 100_000_000, 0);
        bar.advanced(50_000_000);
        bar.started("model.safetensors", 200_000_000, 0);
        bar.advanced(200_000_000);
        bar.finished();

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(1)).startsWith("model.safetensors 100% [").contains("200/200MB");
    }

    @Test
    void anUnknownSizeIsAQuestionMark() {
        bar.started("config.json", -1, 0);
        bar.advanced(5000);
        bar.finished();

        assertThat(lines()).hasSize(1);
        assertThat(lines().get(0)).startsWith("config.json").contains("5/?kB");
    }

    @Test
    void withoutATerminalNothingIsShown() {
        try (DownloadBar silent = new DownloadBar(null)) {
            silent.started("config.json", 665, 0);
            silent.advanced(665);
            silent.finished();
        }
        assertThat(shown.size()).isZero();
    }

    /** Returns the lines that a terminal shows at the end: of each, the text after the last CR. */
    private List<String> lines() {
        String text = shown.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n");
        return Arrays.stream(text.split("\\R?\n", -1))
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring(line.lastIndexOf('\r') + 1))
                .toList();
    }
}
