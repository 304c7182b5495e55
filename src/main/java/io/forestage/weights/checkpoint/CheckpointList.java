package io.forestage.weights.checkpoint;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.tensorflow.TensorFlowCheckpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TensorFlow's files around a checkpoint's index: the text file {@code checkpoint}, which names the
 * last one, the data, and the graph.
 */
final class CheckpointList {

    /** The name of TensorFlow's list. */
    static final String NAME = "checkpoint";

    /** A list of some hundred checkpoints has some ten thousand bytes; the last comes first. */
    private static final int MAX_BYTES = 1 << 16;

    private static final Pattern LAST =
            Pattern.compile("(?m)^\\s*model_checkpoint_path:\\s*[\"']([^\"'\\r\\n]+)[\"']");

    private static final Pattern PART =
            Pattern.compile("(?s)(.+)\\.(?:data-\\d{5}-of-\\d{5}|meta)");

    private CheckpointList() {}

    /**
     * Returns the index of the checkpoint to which another file of TensorFlow's belongs: the list
     * itself, a file of data, or the graph.
     */
    static Optional<Path> indexOf(Path file) throws WeightFileException {
        String name = String.valueOf(file.getFileName());
        if (name.equals(NAME)) {
            return last(file);
        }
        Matcher part = PART.matcher(name);
        return part.matches() ? beside(file, part.group(1)) : Optional.empty();
    }

    /** Returns the index of the checkpoint that a list names as the last, if both exist. */
    static Optional<Path> last(Path list) throws WeightFileException {
        if (!Files.isRegularFile(list)) {
            return Optional.empty();
        }
        byte[] text;
        try (FileBytes bytes = FileBytes.open(list)) {
            text = new byte[(int) Math.min(bytes.size(), MAX_BYTES)];
            bytes.read(null, 0, ByteBuffer.wrap(text));
        }
        Matcher last = LAST.matcher(new String(text, StandardCharsets.UTF_8));
        if (!last.find()) {
            return Optional.empty();
        }
        // The path is that of the machine that trained. The file is not trusted to name another
        // folder.
        String path = last.group(1);
        int cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
        return beside(list, path.substring(cut + 1));
    }

    private static Optional<Path> beside(Path file, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return Optional.of(file.resolveSibling(name + TensorFlowCheckpoint.INDEX_SUFFIX))
                .filter(Files::exists);
    }
}
