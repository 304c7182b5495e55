import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import io.forestage.nn.PositionIds;
import io.forestage.tokens.PaddingSide;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Embeds what scripts/check-peers compares with generation. Each pair of arguments is a model folder and a
 * folder with texts.txt (texts, separated by NUL) and generated.safetensors (the left-padded prompts with
 * the generated tokens). It writes the texts' left-padded batch, and then each new token alone, as with a
 * cached past.
 */
final class LeftPadded {

    private LeftPadded() {}

    public static void main(String[] args) throws IOException {
        for (int i = 0; i < args.length; i += 2) {
            Path files = Path.of(args[i + 1]);
            try (InputStage stage =
                    InputStage.load(Path.of(args[i]), LoadOptions.frozen(), Device.cpu())) {
                write(stage, files);
            }
        }
    }

    private static void write(InputStage stage, Path files) throws IOException {
        List<String> texts = List.of(Files.readString(files.resolve("texts.txt")).split("\0", -1));
        try (Embeddings prompt =
                        stage.embed(
                                texts, stage.batchOptions().withPaddingSide(PaddingSide.LEFT));
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            prompt.write(files.resolve("prompt.safetensors"));
            NDArray sequences =
                    NDList.decode(
                                    manager,
                                    Files.readAllBytes(files.resolve("generated.safetensors")))
                            .singletonOrThrow();
            NDList steps = steps(stage, prompt, sequences);
            try (OutputStream out =
                    Files.newOutputStream(files.resolve("steps.safetensors"))) {
                steps.encode(out, NDList.Encoding.SAFETENSORS);
            }
        }
    }

    private static NDList steps(InputStage stage, Embeddings prompt, NDArray sequences) {
        NDManager manager = sequences.getManager();
        ParameterStore store = new ParameterStore(manager, false);
        NDArray mask = manager.create(prompt.batch().attentionMask(), prompt.ids().getShape());
        NDList vectors = new NDList();
        NDList positions = new NDList();
        // The last token is only output: no step embeds it.
        long last = sequences.getShape().get(1) - 1;
        for (long at = prompt.batch().length(); at < last; at++) {
            NDArray ids = sequences.get(new NDIndex(":, {}:{}", at, at + 1));
            mask = mask.concat(ids.onesLike(), 1);
            PositionIds position = PositionIds.fromAttentionMask(mask, 1);
            vectors.add(stage.block().embed(store, ids, position, false));
            positions.add(position.toArray(manager));
        }
        NDArray embeddings = NDArrays.concat(vectors, 1);
        embeddings.setName("embeddings");
        NDArray positionIds = NDArrays.concat(positions, 1);
        positionIds.setName("position_ids");
        return new NDList(embeddings, positionIds);
    }
}
