package io.forestage.words;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions such as "Athens is to Greece as Baghdad is to Iraq", in sections.
 *
 * @param sections the sections of the file
 */
record AnalogyQuestions(List<Section> sections) {

    /** A section's name and its questions of four words. */
    record Section(String name, List<List<String>> questions) {}

    /** Reads a file: {@code : NAME} begins a section; other lines have four words. */
    static AnalogyQuestions read(Path file) throws IOException {
        List<Section> sections = new ArrayList<>();
        QuestionLines.read(
                file,
                "four words, or : and a section's name",
                line -> {
                    if (line.startsWith(":")) {
                        String name = line.substring(1).strip();
                        if (name.isEmpty()) {
                            throw new IllegalArgumentException("no name");
                        }
                        sections.add(new Section(name, new ArrayList<>()));
                        return;
                    }
                    List<String> words = List.of(line.split("\\s+"));
                    if (words.size() != 4) {
                        throw new IllegalArgumentException("%d words".formatted(words.size()));
                    }
                    if (sections.isEmpty()) {
                        sections.add(new Section("", new ArrayList<>()));
                    }
                    sections.get(sections.size() - 1).questions().add(words);
                });
        return new AnalogyQuestions(sections);
    }
}
