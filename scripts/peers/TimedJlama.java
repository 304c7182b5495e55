import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Times Jlama for scripts/bench-decoder and prints seconds as JSON. The arguments are a model's folder, the number of
 * threads, the number of tokens to add, and the lengths of the prompts.
 *
 * <p>Of the shortest prompt, each token is computed for itself, so that the tokens added are the right ones: Jlama's
 * path for prompts has other logits from six tokens on.
 */
final class TimedJlama {

    private TimedJlama() {}

    public static void main(String[] args) {
        int steps = Integer.parseInt(args[2]);
        int[] lengths = Arrays.stream(args).skip(3).mapToInt(Integer::parseInt).toArray();
        long begin = System.nanoTime();
        List<String> values = new ArrayList<>();
        try (AbstractModel model =
                        ModelSupport.loadModel(
                                new File(args[0]),
                                null,
                                DType.F32,
                                DType.F32,
                                Optional.empty(),
                                Optional.of(Integer.parseInt(args[1])));
                KvBufferCache caches = new KvBufferCache(model)) {
            values.add("\"load\": " + (System.nanoTime() - begin) / 1e9);
            for (int length : lengths) {
                int[] prompt = new int[length];
                Arrays.setAll(prompt, i -> (int) (7919L * (i + 1) % model.getConfig().vocabularySize));
                try (KvBufferCache.KvBuffer cache = caches.getEphemeralKvBuffer();
                        AbstractTensor logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
                    begin = System.nanoTime();
                    AbstractTensor last = null;
                    if (length == lengths[0]) {
                        for (int i = 0; i < length; i++) {
                            last = model.forward(prompt[i], i, cache, Optional.empty());
                        }
                    } else {
                        last = model.batchForward(prompt, 0, cache);
                        values.add("\"prefill %d\": %s".formatted(length, (System.nanoTime() - begin) / 1e9));
                    }
                    int next = model.sample(last.slice(last.shape().first() - 1), 0, 0, logits);
                    List<Integer> tokens = new ArrayList<>();
                    double[] each = new double[steps];
                    for (int i = 0; i < steps; i++) {
                        tokens.add(next);
                        begin = System.nanoTime();
                        try (AbstractTensor output = model.forward(next, length + i, cache, Optional.empty())) {
                            next = model.sample(output, 0, 0, logits);
                        }
                        each[i] = (System.nanoTime() - begin) / 1e9;
                    }
                    Arrays.sort(each);
                    values.add("\"a token after %d\": %s".formatted(length, each[steps / 2]));
                    values.add("\"tokens %d\": %s".formatted(length, tokens));
                }
            }
        }
        System.out.println("{" + String.join(", ", values) + "}");
    }
}
