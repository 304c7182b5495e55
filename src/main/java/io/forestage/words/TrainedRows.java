package io.forestage.words;

import io.forestage.model.ModelFolder;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TableRows;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The rows of a model's token table that it was trained on; all of them if that is not recorded.
 *
 * @param folder the model
 * @param table the table, in an open file
 * @param width D
 * @param ids the rows
 */
record TrainedRows(ModelFolder folder, LocatedTensor table, int width, BitSet ids) {

    /** Finds the table of a model with open weights. */
    static TrainedRows of(Path model, Checkpoint weights) throws IOException {
        LocatedTensor table = weights.require(Gpt2Table.WTE);
        int rows = Math.toIntExact(table.tableShape().get(0));
        ModelFolder folder = ModelFolder.open(model);
        BitSet ids = folder.trainedTokens().orElse(null);
        if (ids == null) {
            ids = new BitSet();
            ids.set(0, rows);
        }
        return new TrainedRows(folder, table, Math.toIntExact(table.tableShape().get(1)), ids);
    }

    /** Reads the rows in the order of their ids. */
    void read(TableRows.Receiver receiver) throws IOException {
        int[] id = {0};
        TableRows.read(
                table.file(),
                table.entry(),
                width,
                row -> {
                    if (ids.get(id[0]++)) {
                        receiver.next(row);
                    }
                });
    }
}
