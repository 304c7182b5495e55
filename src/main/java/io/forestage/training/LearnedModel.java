package io.forestage.training;

import io.forestage.model.ModelConfig;
import io.forestage.model.NewModel;
import io.forestage.weights.RowSource;
import java.util.List;
import java.util.Map;

/**
 * What a training came to.
 *
 * @param task how the training is called where a person reads of it
 * @param config the model's
 * @param tables its tables, under GPT-2's names
 * @param measures what was measured of it, in words
 * @param extras writes what else there is to keep
 */
record LearnedModel(
        String task,
        ModelConfig config,
        List<RowSource> tables,
        Map<String, String> measures,
        NewModel.Extras extras) {

    /** A model of which nothing was measured and nothing else is kept. */
    LearnedModel(String task, ModelConfig config, List<RowSource> tables) {
        this(task, config, tables, Map.of(), folder -> {});
    }
}
