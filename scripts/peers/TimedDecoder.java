import ai.djl.Device;
import io.forestage.decoder.GenerationOptions;
import io.forestage.decoder.LanguageModel;
import io.forestage.model.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times a language model for scripts/bench-decoder and prints seconds as JSON. The arguments are its folder, the number
 * of tokens to add, and the lengths of the prompts.
 *
 * <p>Public calls alone are timed: the prefill is one token's generation, a further token the difference of many and one
 * over their number.
 */
final class TimedDecoder {

    private TimedDecoder() {}

    public static void main(String[] args) throws IOException {
        int steps = Integer.parseInt(args[1]);
        long begin = System.nanoTime();
        List<String> values = new ArrayList<>();
        try (LanguageModel model =
                LanguageModel.load(Path.of(args[0]), LoadOptions.frozen().withIdsOnly(), Device.cpu())) {
            values.add("\"load\": " + seconds(begin));
            for (String each : Arrays.asList(args).subList(2, args.length)) {
                int length = Integer.parseInt(each);
                long[] prompt = new long[length];
                Arrays.setAll(prompt, i -> 7919L * (i + 1) % model.config().vocabSize());
                generate(model, prompt, 3); // warm: TorchScript optimises in its first calls
                long start = System.nanoTime();
                generate(model, prompt, 1);
                double prefill = seconds(start);
                start = System.nanoTime();
                List<Long> tokens = generate(model, prompt, steps + 1);
                double all = seconds(start);
                values.add("\"prefill %d\": %s".formatted(length, prefill));
                values.add("\"a token after %d\": %s".formatted(length, (all - prefill) / steps));
                values.add("\"tokens %d\": %s".formatted(length, tokens.subList(0, steps)));
            }
        }
        String resident =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .map(line -> line.replaceAll("[^0-9]", ""))
                        .findFirst()
                        .orElse("0");
        values.add("\"resident\": " + Long.parseLong(resident) / 1000);
        System.out.println("{" + String.join(", ", values) + "}");
    }

    private static List<Long> generate(LanguageModel model, long[] prompt, int tokens) {
        GenerationOptions options =
                GenerationOptions.greedy().withMaxTokens(tokens).withStopAtEnd(false);
        return model.generateIds(List.of(prompt), options).get(0);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
