import io.forestage.InputStage;
import io.forestage.VectorOptions;
import io.forestage.hub.cache.HubCache;
import io.forestage.hub.cache.HubOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Prints a vector for each text. The argument is a model folder, or a name on Hugging Face's hub. */
public class Vectors {
    public static void main(String[] args) throws Exception {
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL would send usage statistics
        List<String> texts = List.of("the king and the queen", "a boat on the sea");
        Path model = HubCache.folderOrPath(args.length == 0 ? "gpt2" : args[0], HubOptions.defaults());
        try (InputStage stage = InputStage.load(model)) {
            float[][] vectors = stage.vectors(texts, VectorOptions.mean());
            for (int i = 0; i < vectors.length; i++) {
                System.out.println(texts.get(i) + ": " + Arrays.toString(Arrays.copyOf(vectors[i], 4)) + " …");
            }
        }
    }
}
