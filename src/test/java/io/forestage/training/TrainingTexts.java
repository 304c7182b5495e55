package io.forestage.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Text files to train on. */
public final class TrainingTexts {

    private static final String[] WORDS = {
        "the", "king", "queen", "man", "woman", "old", "new", "car", "train", "road", "river", "sea"
    };

    private TrainingTexts() {}

    /** Writes a file of random words, each one token, twenty to a paragraph. */
    public static Path write(Path file, int words, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        int last = 0;
        for (int i = 0; i < words; i++) {
            last = (last + random.nextInt(4)) % WORDS.length;
            text.append(' ').append(WORDS[last]).append(i % 20 == 19 ? "\n\n" : "");
        }
        return Files.writeString(file, text);
    }
}
