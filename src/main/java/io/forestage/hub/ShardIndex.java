package io.forestage.hub;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.Wording;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which of a model's parts hold the tables. */
final class ShardIndex {

    /** A name in the model's own folder, whatever the server would like it to be. */
    private static final Pattern SHARD =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\\.safetensors");

    private final URI address;

    ShardIndex(URI address) {
        this.address = address;
    }

    Set<String> shardsWithTables(byte[] content) throws HubException {
        Set<String> shards = new TreeSet<>();
        try (JsonReader json =
                new JsonReader(
                        new InputStreamReader(
                                new ByteArrayInputStream(content), StandardCharsets.UTF_8))) {
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                if (json.nextName().equals("weight_map")) {
                    addTables(json, shards);
                } else {
                    json.skipValue();
                }
            }
            json.endObject();
        } catch (HubException clear) {
            throw clear;
        } catch (IOException | IllegalStateException malformed) {
            throw problem("a JSON object with a weight_map", "another form", malformed);
        }
        if (shards.isEmpty()) {
            throw problem("wte.weight or wpe.weight in its weight_map", "neither", null);
        }
        return shards;
    }

    private void addTables(JsonReader json, Set<String> shards) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String tensor = json.nextName();
            String shard = json.nextString();
            if (Arrays.stream(Gpt2Table.values()).anyMatch(table -> table.isNamed(tensor))) {
                if (!SHARD.matcher(shard).matches()) {
                    throw problem("a safetensors file's name", Wording.quoted(shard), null);
                }
                shards.add(shard);
            }
        }
        json.endObject();
    }

    private HubException problem(String expected, String found, @Nullable Exception cause) {
        return HubException.of(address, expected, found, HubException.BY_HAND, cause);
    }
}
