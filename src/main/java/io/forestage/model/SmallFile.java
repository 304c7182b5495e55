package io.forestage.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files beside the weights atomically. */
final class SmallFile {

    private SmallFile() {}

    static void write(Path file, JsonObject json) throws IOException {
        String text =
                new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create().toJson(json);
        write(file, text + "\n");
    }

    static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static void copy(Path from, Path to) throws IOException {
        AtomicFile.write(to, channel -> Files.copy(from, Channels.newOutputStream(channel)));
    }

    static void write(Path file, byte[] bytes) throws IOException {
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }
}
