package io.forestage.plot;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TableNames;
import io.forestage.weights.TableRows;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a model's table row by row, from its file. */
public final class ModelTable {

    private ModelTable() {}

    /**
     * Reads a table.
     *
     * @param model a model folder or a weight file
     * @param names the tensors' names
     * @param table which table
     * @param rows receives each row; the array is used again for the next one
     * @return whether the model has the table
     * @throws IOException if the file cannot be read
     */
    public static boolean read(
            Path model, TableNames names, Gpt2Table table, TableRows.Receiver rows)
            throws IOException {
        try (Checkpoint weights = Checkpoint.open(model, names)) {
            Optional<LocatedTensor> found = weights.find(table);
            if (found.isEmpty()) {
                return false;
            }
            LocatedTensor tensor = found.get();
            int width = Math.toIntExact(tensor.tableShape().get(1));
            TableRows.read(tensor.file(), tensor.entry(), width, rows);
            return true;
        }
    }
}
