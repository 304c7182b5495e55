package io.forestage;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the two tables of an input stage lie in a model's weight files. */
record Gpt2Tables(WeightFiles.Located wte, WeightFiles.@Nullable Located wpe) {

    static Gpt2Tables withPositions(WeightFiles files) throws IOException {
        return new Gpt2Tables(files.require(Gpt2Table.WTE), files.require(Gpt2Table.WPE));
    }

    static Gpt2Tables tokensOnly(WeightFiles files) throws IOException {
        return new Gpt2Tables(files.require(Gpt2Table.WTE), null);
    }

    List<WeightFiles.Located> all() {
        return wpe == null ? List.of(wte) : List.of(wte, wpe);
    }

    void requireShapes(ModelConfig config) throws WeightFileException {
        wte.requireShape(config.vocabSize(), "vocab_size", config.nEmbd());
        if (wpe != null) {
            wpe.requireShape(config.nPositions(), "n_positions", config.nEmbd());
        }
    }

    /** Every other tensor of the files. */
    List<TensorEntry> unusedIn(WeightFiles files) {
        List<TensorEntry> unused = new ArrayList<>();
        for (WeightFile file : files.files()) {
            for (TensorEntry entry : file.tensors()) {
                if (all().stream().noneMatch(table -> table.holds(file, entry))) {
                    unused.add(entry);
                }
            }
        }
        return unused;
    }
}
