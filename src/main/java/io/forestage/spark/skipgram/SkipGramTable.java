package io.forestage.spark.skipgram;

import io.forestage.model.ModelConfig;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.skipgram.SkipGramPlan;
import io.forestage.words.WordVectors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * A learned table on the driver.
 *
 * @param values the rows of all of GPT-2's tokens, one after another
 * @param width D
 * @param trained the tokens whose rows were trained
 * @param provenance how, by name
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record SkipGramTable(float[] values, int width, BitSet trained, Map<String, String> provenance) {

    /** Collects the centers of a training's last step. */
    static SkipGramTable of(
            SkipGramPlan plan, JavaRDD<PartRows> rows, int width, Map<String, String> provenance) {
        float[] values = new float[Math.multiplyExact(ModelConfig.GPT2_VOCAB_SIZE, width)];
        BitSet trained = new BitSet();
        rows.mapToPair(each -> new Tuple2<>(each.part(), each.centers()))
                .collect()
                .forEach(
                        part -> {
                            int[] ids = plan.members(plan.steps() - 1, part._1());
                            for (int i = 0; i < ids.length; i++) {
                                trained.set(ids[i]);
                                System.arraycopy(part._2()[i], 0, values, ids[i] * width, width);
                            }
                        });
        for (int id = 0; id < ModelConfig.GPT2_VOCAB_SIZE; id++) {
            if (!trained.get(id)) {
                System.arraycopy(plan.initialCenter(id), 0, values, id * width, width);
            }
        }
        return new SkipGramTable(values, width, trained, provenance);
    }

    float[] row(int id) {
        return Arrays.copyOfRange(values, id * width, (id + 1) * width);
    }

    double[] wideRow(int id) {
        double[] wide = new double[width];
        for (int i = 0; i < width; i++) {
            wide[i] = values[id * width + i];
        }
        return wide;
    }

    WordVectors words(TextTokenizer tokenizer) {
        return WordVectors.of(tokenizer, values, width, trained);
    }
}
