package io.forestage.hub.cache;

import io.forestage.hub.HubModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model as users name it: a file or folder that exists, or, if there is none, a model on the hub.
 *
 * @param name a path, or a model's name
 */
public record NamedModel(String name) {

    /**
     * Returns the file or folder.
     *
     * @return the path; empty if nothing is there
     * @throws IOException if the name can be neither a path nor a model's
     */
    public Optional<Path> local() throws IOException {
        try {
            return Optional.of(Path.of(name)).filter(Files::exists);
        } catch (InvalidPathException e) {
            throw new IOException(name + ": not a valid path", e);
        }
    }

    /**
     * Returns the model on the hub.
     *
     * @return the model
     * @throws IOException if the name looks like a path, where nothing is, or is no model's
     */
    public HubModel onHub() throws IOException {
        try {
            if (!isLikelyPath()) {
                return HubModel.parse(name);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("no such file or folder; %s".formatted(e.getMessage()), e);
        }
        throw new IOException(name + ": no such file or folder");
    }

    /** A misspelt path must not be sent to the hub as a model name. */
    private boolean isLikelyPath() {
        Path path = Path.of(name);
        return path.isAbsolute()
                || name.startsWith(".")
                || path.getNameCount() > 2
                || (path.getNameCount() == 2 && Files.exists(path.getName(0)))
                || name.matches(
                        ".*\\.(safetensors|bin|pt|pth|ckpt|pkl|h5|msgpack|gguf|index|npz|npy|json)");
    }
}
