package io.forestage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --help} says, and what is said of wrong values. */
class HelpTest {

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    /** Names of placeholders are capitals, or the values that can be typed. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("[A-Z]+|[a-z0-9-]+([|:,]([a-z0-9-]+|[A-Z]+))*");

    static List<CommandSpec> commands() {
        List<CommandSpec> all = new ArrayList<>();
        collect(Forestage.commandLine(), all);
        assertThat(all).hasSizeGreaterThan(15);
        return all;
    }

    private static void collect(CommandLine line, List<CommandSpec> all) {
        if (line.getSubcommands().isEmpty() && !line.getCommandSpec().usageMessage().hidden()) {
            all.add(line.getCommandSpec());
        }
        line.getSubcommands().values().forEach(command -> collect(command, all));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasExamplesThatCanBeTyped(CommandSpec command) {
        assertThat(command.usageMessage().footer()).isNotEmpty();
        for (String example : command.usageMessage().footer()) {
            String prefix = "  %s ".formatted(command.qualifiedName());
            assertThat(example).startsWith(prefix);
            List<String> arguments =
                    WORD.matcher(example.substring("  forestage ".length()))
                            .results()
                            .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                            .toList();

            Forestage.commandLine().parseArgs(arguments.toArray(String[]::new));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasOneStyleOfPlaceholders(CommandSpec command) {
        for (OptionSpec option : command.options()) {
            if (option.arity().max() > 0) {
                assertThat(option.paramLabel()).as(option.longestName()).matches(PLACEHOLDER);
            }
        }
        command.positionalParameters()
                .forEach(each -> assertThat(each.paramLabel()).matches("[A-Z]+"));
    }

    @Test
    void aTaskOfTrainSaysItsOwnDefaultsAlone() {
        String lm = run("train", "lm", "--help");

        assertThat(lm).doesNotContain("skipgram", "classify");
        assertThat(lm).containsPattern("--epochs=N +Passes over the data.\\s+Default: 1\\s");
        assertThat(run("train", "classify", "--help"))
                .containsPattern("--epochs=N +Passes over the data.\\s+Default: 5\\s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    embed --format xml a; --format: expected table or json, found "xml"
                    embed --long cut a; --long: expected reject, truncate or windows:LENGTH:STRIDE, found "cut"
                    train lm --batch x --model m --text t; --batch: expected an integer, found "x"
                    train lm --dropout x --model m --text t; --dropout: expected a number, found "x"
                    nearest --id king; --id: expected an integer, found "king"
                    nearest --count 99999999999 a; --count: expected an integer that is not so large, found "99999999999"
                    """)
    void aWrongValueIsAnsweredWithTheValuesThatCanBeTyped(String command, String answer) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int status = Forestage.run(new ByteArrayOutputStream(), err, command.split(" "));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("forestage: %s%nUsage: ".formatted(answer));
    }

    private static String run(String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Forestage.run(out, new ByteArrayOutputStream(), command)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
