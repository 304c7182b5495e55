package io.forestage.words;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many analogies vectors complete: of "a is to b as c is to d", d must be the word nearest to b
 * − a + c by the cosine, each with its unit vector (3CosAdd), when a, b and c are left out. The
 * words are those with a row of their own; in a model, the trained tokens that are a space and a
 * word. A question is asked if it has all four. Of equally near words, the one with the lower row
 * is the answer.
 *
 * <p><b>Source.</b> Mikolov et al. 2013, "Efficient Estimation of Word Representations in Vector
 * Space", section 4.1, and the file questions-words.txt of word2vec.
 *
 * @param sections the result of each section, in the file's order
 */
public record WordAnalogies(List<Section> sections) {

    public WordAnalogies {
        sections = List.copyOf(sections);
    }

    /**
     * The result of a section.
     *
     * @param name its name; empty for questions before the first section
     * @param questions how many it has
     * @param asked how many could be asked
     * @param correct how many were answered as expected
     */
    public record Section(String name, int questions, int asked, int correct) {

        /** Returns the share of the asked questions that were answered; NaN if none was asked. */
        public double accuracy() {
            return asked == 0 ? Double.NaN : (double) correct / asked;
        }
    }

    /** Returns all sections as one, named {@code total}. */
    public Section total() {
        return new Section(
                "total",
                sections.stream().mapToInt(Section::questions).sum(),
                sections.stream().mapToInt(Section::asked).sum(),
                sections.stream().mapToInt(Section::correct).sum());
    }

    /**
     * Evaluates vectors.
     *
     * @param vectors the words with their vectors
     * @param file the questions: four words a line, {@code : NAME} before each section
     * @param ignoreCase whether words that differ in case alone are one word, that with the lowest
     *     row
     * @param first how many words of the vocabulary may be answers and be asked for, from its
     *     beginning, where files have the frequent ones
     * @return the evaluation
     * @throws IOException if a file cannot be read
     */
    public static WordAnalogies evaluate(
            WordVectors vectors, Path file, boolean ignoreCase, int first) throws IOException {
        AnalogyQuestions questions = AnalogyQuestions.read(file);
        Rows rows = new Rows(vectors, ignoreCase, first);
        List<Section> results = new ArrayList<>();
        for (AnalogyQuestions.Section section : questions.sections()) {
            List<WordVectors.Query> queries = new ArrayList<>();
            List<Integer> expected = new ArrayList<>();
            for (List<String> words : section.questions()) {
                int[] known = rows.of(words);
                if (known != null) {
                    queries.add(query(vectors, known));
                    expected.add(known[3]);
                }
            }
            List<List<WordVectors.Neighbor>> found = vectors.nearest(queries, rows.answers, 1);
            int correct = 0;
            for (int i = 0; i < found.size(); i++) {
                correct +=
                        !found.get(i).isEmpty() && found.get(i).get(0).row() == expected.get(i)
                                ? 1
                                : 0;
            }
            results.add(
                    new Section(
                            section.name(), section.questions().size(), queries.size(), correct));
        }
        return new WordAnalogies(results);
    }

    private static WordVectors.Query query(WordVectors vectors, int[] rows) {
        double[] sum = new double[vectors.width()];
        Geometry.addUnit(sum, vectors.row(rows[1]), 1);
        Geometry.addUnit(sum, vectors.row(rows[0]), -1);
        Geometry.addUnit(sum, vectors.row(rows[2]), 1);
        return new WordVectors.Query(sum, new int[] {rows[0], rows[1], rows[2]});
    }

    /** The rows of the words that may be asked for and be answers. */
    private static final class Rows {

        private final BitSet answers = new BitSet();
        private final Map<String, Integer> byWord = new HashMap<>();
        private final boolean ignoreCase;

        Rows(WordVectors vectors, boolean ignoreCase, int first) {
            this.ignoreCase = ignoreCase;
            List<Vocabulary.Entry> words = vectors.words();
            for (Vocabulary.Entry each : words.subList(0, Math.min(first, words.size()))) {
                if (byWord.putIfAbsent(key(each.text()), each.row()) == null) {
                    answers.set(each.row());
                }
            }
        }

        /** Returns the rows of a question's words; null if one has none. */
        int @Nullable [] of(List<String> words) {
            int[] rows = new int[words.size()];
            for (int i = 0; i < rows.length; i++) {
                Integer row = byWord.get(key(words.get(i)));
                if (row == null) {
                    return null;
                }
                rows[i] = row;
            }
            return rows;
        }

        private String key(String word) {
            return ignoreCase ? word.toUpperCase(Locale.ROOT) : word;
        }
    }
}
