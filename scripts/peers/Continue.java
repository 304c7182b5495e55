import ai.djl.Device;
import io.forestage.decoder.GenerationOptions;
import io.forestage.decoder.LanguageModel;
import io.forestage.model.LoadOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Continues rows of ids and prints the new tokens, a line each. The arguments are a model folder, the number of
 * tokens, and the rows. It writes the logits of the last row to logits.f32 in the folder.
 */
final class Continue {

    private Continue() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        List<long[]> rows = new ArrayList<>();
        for (String row : Arrays.asList(args).subList(2, args.length)) {
            rows.add(Arrays.stream(row.split(",")).mapToLong(Long::parseLong).toArray());
        }
        try (LanguageModel model =
                LanguageModel.load(folder, LoadOptions.frozen().withIdsOnly(), Device.cpu())) {
            GenerationOptions options =
                    GenerationOptions.greedy()
                            .withMaxTokens(Integer.parseInt(args[1]))
                            .withStopAtEnd(false);
            for (List<Long> added : model.generateIds(rows, options)) {
                System.out.println(
                        added.stream().map(String::valueOf).collect(Collectors.joining(",")));
            }
            float[][] logits = model.logits(rows.get(rows.size() - 1));
            ByteBuffer bytes =
                    ByteBuffer.allocate(logits.length * logits[0].length * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (float[] row : logits) {
                for (float value : row) {
                    bytes.putFloat(value);
                }
            }
            Files.write(folder.resolve("logits.f32"), bytes.array());
        }
    }
}
