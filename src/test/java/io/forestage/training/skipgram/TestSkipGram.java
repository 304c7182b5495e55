package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.session.Learner;
import io.forestage.training.text.TrainingText;
import java.util.List;

/** Small skip-gram trainings. */
public final class TestSkipGram {

    private TestSkipGram() {}

    /** Returns a learner of a few tokens. */
    public static Learner learner() {
        int[] ids = new int[300];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * i % 7;
        }
        TrainingText text = new TrainingText(ids, 7, List.of());
        SkipGramOptions options = new SkipGramOptions(4, 2, 2, 3, 0, 0.05, 1, 1);
        return new SkipGramLearner(new SkipGramSchedule(text, options), workers(1));
    }

    static Workers workers(int threads) {
        return new Workers("test", threads, () -> {});
    }
}
