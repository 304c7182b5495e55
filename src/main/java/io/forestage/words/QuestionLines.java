package io.forestage.words;

import io.forestage.support.Quoted;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the lines of a file of questions; blank ones are left out. */
final class QuestionLines {

    /**
     * The longest line: a few words. Without a limit, a file without line breaks fills the heap.
     */
    private static final int MAX_LINE = 10_000;

    private QuestionLines() {}

    /** Takes a line, or refuses it with what was found. */
    interface Taker {
        void take(String line) throws IllegalArgumentException;
    }

    static void read(Path file, String expected, Taker taker) throws IOException {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            StringBuilder line = new StringBuilder();
            int next = 0;
            while (next >= 0) {
                number++;
                line.setLength(0);
                for (next = lines.read(); next >= 0 && next != '\n'; next = lines.read()) {
                    if (line.length() == MAX_LINE) {
                        throw new IllegalArgumentException("a line of over 10,000 characters");
                    }
                    line.append((char) next);
                }
                String text = line.toString().strip();
                if (!text.isEmpty()) {
                    taker.take(text);
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "%s: expected UTF-8, found other bytes after line %d; convert the file to UTF-8"
                            .formatted(file, number),
                    e);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s: line %d: expected %s, found %s; fix or remove the line"
                            .formatted(
                                    file,
                                    number,
                                    expected,
                                    Quoted.cut(String.valueOf(e.getMessage()))),
                    e);
        }
    }
}
