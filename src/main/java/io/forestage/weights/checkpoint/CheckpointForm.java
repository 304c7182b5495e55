package io.forestage.weights.checkpoint;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.WeightFileException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One way in which a model's tables may lie before us.
 *
 * @param files the files to open
 * @param unopened the names of tensors in files that need not be opened
 */
record CheckpointForm(List<Path> files, List<String> unopened) {

    static CheckpointForm of(List<Path> files) {
        return new CheckpointForm(List.copyOf(files), List.of());
    }

    /** What a lone file stands for. */
    static CheckpointForm of(Path file) throws WeightFileException {
        if (file.toString().endsWith(ShardIndex.SUFFIX)) {
            return ofShards(ShardIndex.read(file));
        }
        List<Path> tables = numpyTables(file);
        return tables.contains(file) ? of(tables) : of(List.of(file));
    }

    /** The tables beside a file, or in a folder's place, that lie in a {@code .npy} each. */
    static List<Path> numpyTables(Path sibling) {
        return Arrays.stream(Gpt2Table.values())
                .map(table -> sibling.resolveSibling(table.shortName() + ".npy"))
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    /** The shards that hold a table, and none of the others. */
    static CheckpointForm ofShards(ShardIndex index) throws WeightFileException {
        Set<String> needed = index.shardsWithTables();
        List<Path> files = new ArrayList<>();
        for (String name : needed) {
            Path shard = index.file().resolveSibling(name);
            if (!Files.exists(shard)) {
                throw new WeightFileException(
                        index.file(),
                        null,
                        "the shard \"%s\" beside it, which holds a table".formatted(name),
                        "no such file",
                        "fetch it too");
            }
            files.add(shard);
        }
        if (files.isEmpty()) {
            throw new WeightFileException(
                    index.file(),
                    Gpt2Table.WTE.tensorName(),
                    "the table in weight_map",
                    "%d tensors, none of that name".formatted(index.shards().size()),
                    "check that it is the right model's file");
        }
        List<String> unopened =
                index.shards().entrySet().stream()
                        .filter(tensor -> !needed.contains(tensor.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        return new CheckpointForm(files, unopened);
    }
}
