package io.forestage.tokens;

import io.forestage.tokens.files.Gpt2Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes {@code character-classes.txt}: the letters, numbers and white space of Hugging Face's
 * library, as its own cuts tell. To be made again when {@link HuggingFaceParityTest} fails after a
 * new version of the library, from the project's folder:
 *
 * <pre>
 * mvn -q package -DskipTests
 * java -cp "target/test-classes:target/classes:$(cat target/runtime.classpath)" \
 *     io.forestage.tokens.CharacterClassesMaker
 * </pre>
 */
final class CharacterClassesMaker {

    private static final Path FILE =
            Path.of("src/main/resources/io/forestage/tokens/bpe/character-classes.txt");

    private CharacterClassesMaker() {}

    public static void main(String[] args) throws IOException {
        List<String> lines = new ArrayList<>();
        try (NativeTokenizer library =
                NativeTokenizer.open(Gpt2Vocabulary.read().toJson(), SpecialTokens.AS_TEXT)) {
            int first = 0;
            char symbol = '-';
            for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
                char next = c > Character.MAX_CODE_POINT ? '-' : symbol(library, c);
                if (next != symbol) {
                    if (symbol != '-') {
                        lines.add("%x %x %s".formatted(first, c - 1, symbol));
                    }
                    first = c;
                    symbol = next;
                }
            }
        }
        Files.writeString(FILE, String.join("\n", lines) + "\n");
    }

    private static char symbol(NativeTokenizer library, int c) {
        if (Character.getType(c) == Character.SURROGATE) {
            return '-';
        }
        if (isOnePiece(library, "a", c)) {
            return 'L';
        }
        if (isOnePiece(library, "1", c)) {
            return 'N';
        }
        return isOnePiece(library, "\t", c) ? 'S' : '-';
    }

    /** Whether a character between two of a class is one of them. */
    private static boolean isOnePiece(NativeTokenizer library, String neighbour, int c) {
        String text = neighbour + Character.toString(c) + neighbour;
        return Arrays.stream(library.encoding(text).getWordIds()).distinct().count() == 1;
    }
}
