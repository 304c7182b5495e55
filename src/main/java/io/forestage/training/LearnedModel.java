package io.forestage.training;

import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.NewModel;
import io.forestage.weights.RowSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a training came to.
 *
 * @param task how the training is called where a person reads of it
 * @param config the model's
 * @param tables its tables, under GPT-2's names
 * @param tokenizerOf the model whose tokenizer it has; null for GPT-2's
 * @param trainedTokens the tokens whose rows were trained; null if all were
 * @param measures what was measured of it, in words
 * @param extras writes what else there is to keep
 */
record LearnedModel(
        String task,
        ModelConfig config,
        List<RowSource> tables,
        @Nullable ModelFolder tokenizerOf,
        @Nullable BitSet trainedTokens,
        Map<String, String> measures,
        NewModel.Extras extras) {}
