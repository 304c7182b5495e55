package io.forestage.corpus;

import io.forestage.Pooling;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A format of the output, by the ending of its name. */
enum CorpusFormat {
    NPY {
        @Override
        Sink open(WorkFolder folder, int width, boolean eachToken) throws IOException {
            return new NpySink(folder, width);
        }
    },
    SAFETENSORS {
        @Override
        Sink open(WorkFolder folder, int width, boolean eachToken) throws IOException {
            return new SafetensorsSink(folder, width, eachToken);
        }
    },
    JSONL {
        @Override
        Sink open(WorkFolder folder, int width, boolean eachToken) throws IOException {
            return new JsonSink(folder, width, eachToken);
        }
    },
    PARQUET {
        @Override
        Sink open(WorkFolder folder, int width, boolean eachToken) throws IOException {
            return new ParquetSink(folder, width, eachToken);
        }
    };

    abstract Sink open(WorkFolder folder, int width, boolean eachToken) throws IOException;

    /**
     * Returns the format of a name.
     *
     * @throws IllegalArgumentException if there is none, or it has no place for a vector a token
     */
    static CorpusFormat of(String name, Pooling pooling) {
        for (CorpusFormat format : values()) {
            if (name.endsWith(format.ending())) {
                if (format == NPY && pooling == Pooling.NONE) {
                    throw new IllegalArgumentException(
                            "%s: expected pooling mean or last, since .npy has one vector a line, found none; choose one, or .safetensors, .jsonl or .parquet"
                                    .formatted(name));
                }
                return format;
            }
        }
        throw new IllegalArgumentException(
                "%s: expected a name that ends in %s"
                        .formatted(
                                name,
                                Arrays.stream(values())
                                        .map(CorpusFormat::ending)
                                        .collect(Collectors.joining(", "))));
    }

    private String ending() {
        return "." + name().toLowerCase(Locale.ROOT);
    }
}
