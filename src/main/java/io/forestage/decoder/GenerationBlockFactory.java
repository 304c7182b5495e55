package io.forestage.decoder;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.model.LoadOptions;
import io.forestage.torch.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Makes a whole GPT-2 as a block that generates, for DJL's {@code Criteria}. A {@link
 * GenerationTranslator} gives it texts:
 *
 * <pre>{@code
 * Criteria<String, String> criteria = Criteria.builder()
 *         .setTypes(String.class, String.class)
 *         .optModelPath(Path.of("models/gpt2"))
 *         .optEngine("PyTorch")
 *         .optArgument("blockFactory", GenerationBlockFactory.class.getName())
 *         .optOption("hasParameter", "false")
 *         .optTranslator(new GenerationTranslator(GenerationOptions.greedy()))
 *         .build();
 * }</pre>
 *
 * <p>With a {@link CausalTranslator} DJL's {@code TextGenerator} searches.
 *
 * <p>The weights are mapped and frozen; they are closed with the model.
 */
public final class GenerationBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Makes the factory. */
    public GenerationBlockFactory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments)
            throws IOException {
        NDManager owner = model.getNDManager();
        LanguageModel language =
                LanguageModel.load(modelPath, LoadOptions.frozen(), owner.getDevice());
        owner.attachInternal(NDManager.nextUid(), language);
        return new GenerationBlock(language);
    }

    /**
     * A language model as a block: the numbers of {@link Settings}, then the ids of each prompt,
     * (T) → the ids that follow each, (N). All are int64. Or the arrays of {@link CausalStep#run},
     * of which the first has two dimensions. It has no parameters of its own.
     */
    static final class GenerationBlock extends AbstractBlock {

        private static final byte VERSION = 1;

        private final LanguageModel language;

        GenerationBlock(LanguageModel language) {
            super(VERSION);
            this.language = language;
        }

        LanguageModel language() {
            return language;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameterStore,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> params) {
            if (inputs.head().getShape().dimension() == 2) {
                return language.step(inputs);
            }
            NDManager manager = inputs.head().getManager();
            List<long[]> prompts = new ArrayList<>();
            for (NDArray prompt : inputs.subNDList(1)) {
                prompts.add(prompt.toLongArray());
            }
            GenerationOptions options = Settings.read(inputs.head().toLongArray());
            NDList added = new NDList();
            for (List<Long> ids : language.generateIds(prompts, options)) {
                added.add(Settings.array(manager, ids));
            }
            return added;
        }

        /** The lengths of the texts to come are not known. */
        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            Shape[] shapes = new Shape[Math.max(0, inputShapes.length - 1)];
            Arrays.fill(shapes, new Shape(-1));
            return shapes;
        }
    }

    /** Options as the numbers of an array, since a block's inputs are arrays alone. */
    static final class Settings {

        private Settings() {}

        static List<Long> of(GenerationOptions options) {
            return List.of(
                    (long) options.maxTokens().orElse(0),
                    Double.doubleToLongBits(options.temperature()),
                    (long) options.topK(),
                    Double.doubleToLongBits(options.topP()),
                    options.seed(),
                    options.stopAtEnd() ? 1L : 0L);
        }

        static GenerationOptions read(long[] numbers) {
            GenerationOptions plain = GenerationOptions.greedy();
            return new GenerationOptions(
                    numbers[0] == 0 ? OptionalInt.empty() : OptionalInt.of((int) numbers[0]),
                    Double.longBitsToDouble(numbers[1]),
                    (int) numbers[2],
                    Double.longBitsToDouble(numbers[3]),
                    numbers[4],
                    numbers[5] != 0,
                    plain.specialTokens());
        }

        static NDArray array(NDManager manager, List<Long> numbers) {
            long[] values = numbers.stream().mapToLong(Long::longValue).toArray();
            return NativeMemory.of(manager, values, new Shape(values.length));
        }
    }
}
