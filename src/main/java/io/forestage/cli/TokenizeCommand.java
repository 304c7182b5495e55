package io.forestage.cli;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tokenize}: text to GPT-2's token ids. */
@Command(name = "tokenize", description = "Turn text into GPT-2's token ids.")
final class TokenizeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TextSource source;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "table|ids|json",
            description = "table (default); ids, one line a text; json, one object a line.")
    private TokenFormat format;

    @Option(
            names = "--special",
            description = "Read <|endoftext|> in a text as the special token, not as text.")
    private boolean special;

    @Override
    public Integer call() throws IOException {
        if (source.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "nothing to tokenize: give a TEXT, - or --file");
        }
        SpecialTokens meaning = special ? SpecialTokens.RECOGNIZED : SpecialTokens.AS_TEXT;
        List<String> texts = source.read();
        PrintWriter out = spec.commandLine().getOut();
        TokenPrinter printer = new TokenPrinter(out);
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            List<TokenSequence> tokens = tokenizer.encodeAll(texts, meaning);
            for (int i = 0; i < texts.size(); i++) {
                if (i > 0 && format == TokenFormat.TABLE) {
                    out.println();
                }
                printer.print(format, texts.get(i), tokens.get(i));
            }
        }
        return 0;
    }
}
