package io.forestage.training.session;

import io.forestage.training.StepOptions;
import io.forestage.training.TrainingDevices;
import io.forestage.weights.RowSource;

/** Helpers for tests of networks. */
public final class TestNetworks {

    private TestNetworks() {}

    public static NetworkLearner learner(Network network, Examples examples, StepOptions steps) {
        return new NetworkLearner(
                network,
                examples,
                examples,
                new Examples.ShuffledRows(examples.size(), steps),
                steps,
                TrainingDevices.cpu());
    }

    public static float[] floats(RowSource table) {
        float[] values = new float[table.rows() * table.width()];
        for (int row = 0; row < table.rows(); row++) {
            float[] from = table.row().apply(row);
            System.arraycopy(from, 0, values, row * table.width(), from.length);
        }
        return values;
    }
}
