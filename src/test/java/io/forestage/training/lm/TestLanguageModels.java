package io.forestage.training.lm;

import ai.djl.ndarray.NDManager;
import io.forestage.model.ModelConfig;
import io.forestage.model.PositionKind;
import io.forestage.training.StepOptions;
import io.forestage.training.session.Learner;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TestNetworks;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/** Small language models, and windows for them. */
public final class TestLanguageModels {

    static final int CONTEXT = 6;
    private static final int VOCABULARY = 97;
    private static final int WIDTH = 8;

    private TestLanguageModels() {}

    /** Returns a learner of a small language model on a few windows. */
    public static Learner learner() throws IOException {
        LanguageModelOptions options = options(2, 1);
        return TestNetworks.learner(network(options).network(), windows(6), options.steps());
    }

    static LanguageModelNetwork network(LanguageModelOptions options) throws IOException {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        ModelConfig config =
                new ModelConfig(
                        VOCABULARY,
                        CONTEXT,
                        WIDTH,
                        0,
                        0.02,
                        PositionKind.LEARNED,
                        OptionalLong.empty(),
                        OptionalInt.empty());
        return LanguageModelNetwork.of(manager, StartingModel.draw(config, manager, 1), options, 2);
    }

    static LanguageModelOptions options(int batch, int accumulate) {
        return new LanguageModelOptions(
                WIDTH, CONTEXT, CONTEXT, 0.01, 0, 0.1, new StepOptions(batch, accumulate, 2, 1));
    }

    static LanguageModelData.WindowExamples windows(int count) {
        Random random = new Random(1);
        int[] ids = random.ints((long) count * CONTEXT + 1, 0, VOCABULARY).toArray();
        return LanguageModelData.WindowExamples.of(ids, 0, ids.length, CONTEXT, CONTEXT);
    }
}
