package io.forestage.hub;

import io.forestage.support.Quoted;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.WeightFileException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** Which of a model's shards have to be fetched. */
record NeededShards(URI address, Path index) {

    /** What becomes part of an address, whatever the server would like it to be. */
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\\.safetensors");

    Set<String> names() throws HubException {
        Set<String> shards;
        try {
            shards = ShardIndex.read(index).shardsWithTables();
        } catch (WeightFileException unsound) {
            throw HubException.of(
                    address,
                    "a sound index of shards",
                    "another (" + unsound.getMessage() + ")",
                    HubException.BY_HAND,
                    unsound);
        }
        if (shards.isEmpty()) {
            throw HubException.of(
                    address,
                    "wte.weight or wpe.weight in its weight_map",
                    "neither",
                    HubException.BY_HAND,
                    null);
        }
        for (String shard : shards) {
            if (!NAME.matcher(shard).matches()) {
                throw HubException.of(
                        address,
                        "a safetensors file's name",
                        Quoted.of(shard),
                        HubException.BY_HAND,
                        null);
            }
        }
        return shards;
    }
}
