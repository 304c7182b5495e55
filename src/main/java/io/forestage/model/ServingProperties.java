package io.forestage.model;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The file {@code serving.properties}, by which DJL's {@code Criteria} and DJL Serving load a model
 * folder.
 */
public final class ServingProperties {

    /** The name of the file in a model folder. */
    public static final String FILE_NAME = "serving.properties";

    /** The key of the class that makes the block. */
    public static final String BLOCK_FACTORY_KEY = "blockFactory";

    /** The name of the class that makes the block; this package does not depend on it. */
    public static final String BLOCK_FACTORY = "io.forestage.pipeline.InputStageBlockFactory";

    private static final String TEXT =
            """
            # By this file DJL's Criteria and DJL Serving load the folder. Arguments may be added:
            # pooling, normalize, maxLength, onTooLong, stride, padding, paddingSide, dtype, device, copy,
            # fair, maxRequestBytes, maxRequestTexts, maxRequestTokens.
            engine=PyTorch
            %s=%s
            %s
            # The weights are in a format that the block factory reads, not in one of DJL's.
            option.hasParameter=false
            """;

    /** Real files have about 1 kB. */
    private static final int MAX_BYTES = 1 << 20;

    private static final Set<String> TRANSLATOR_KEYS =
            Set.of(Classes.ON_CLASS_PATH.key(), Classes.IN_FOLDER.key());

    /** Where the classes are, which decides the key of the translator. */
    public enum Classes {
        /** On the class path of the program or of the server. */
        ON_CLASS_PATH("translatorFactory", "io.forestage.pipeline.EmbeddingTranslatorFactory"),

        /** In the folder's {@code lib}. */
        IN_FOLDER("translator", "io.forestage.pipeline.EmbeddingServingTranslator");

        private final String key;
        private final String translator;

        Classes(String key, String translator) {
            this.key = key;
            this.translator = translator;
        }

        /**
         * Returns the key.
         *
         * @return {@code translatorFactory} or {@code translator}
         */
        public String key() {
            return key;
        }

        /**
         * Returns the name of the class; this package does not depend on it.
         *
         * @return its name
         */
        public String translator() {
            return translator;
        }

        private String line() {
            return "%s=%s".formatted(key, translator);
        }
    }

    private ServingProperties() {}

    /**
     * Reads a folder's file.
     *
     * @param folder the folder
     * @return the properties; empty if there is no file
     * @throws IOException if it cannot be read, or is no properties file
     */
    public static Optional<Properties> find(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelFolderException(
                    file, "expected a file, found a folder, a pipe or a device; remove it");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new ModelFolderException(
                    file,
                    "expected at most %d bytes of properties, found %d; correct it"
                            .formatted(MAX_BYTES, Files.size(file)));
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            return Optional.of(read(reader, file));
        }
    }

    /**
     * Reads the file's text.
     *
     * @param text the text
     * @param place the file, for messages
     * @return the properties
     * @throws IOException if it cannot be read, or is no properties file
     */
    public static Properties read(Reader text, Path place) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(text);
        } catch (IllegalArgumentException e) {
            throw new ModelFolderException(
                    place, "expected Java's properties, found a malformed escape; correct it", e);
        }
        return properties;
    }

    /**
     * Returns whether properties name Forestage's block.
     *
     * @param properties a folder's properties
     * @return true if Forestage loads the folder
     */
    public static boolean areOurs(Properties properties) {
        return BLOCK_FACTORY.equals(properties.getProperty(BLOCK_FACTORY_KEY));
    }

    /**
     * Writes a folder's file. In an existing file that names Forestage's block, only the line of
     * the translator is replaced: the rest belongs to the user.
     *
     * @param folder a model folder
     * @param classes where the classes are
     * @param force whether to replace a file of another program
     * @throws IOException if it cannot be written, or would replace a file without force
     */
    public static void write(Path folder, Classes classes, boolean force) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            // Writing would go through the link.
            throw new ModelFolderException(
                    file, "expected a file, found a link, a folder, a pipe or a device; remove it");
        }
        Optional<Properties> present = force ? Optional.empty() : find(folder);
        if (present.isEmpty()) {
            SmallFile.write(file, TEXT.formatted(BLOCK_FACTORY_KEY, BLOCK_FACTORY, classes.line()));
        } else if (areOurs(present.get())) {
            String others = new PropertyLines(Files.readString(file)).without(TRANSLATOR_KEYS);
            SmallFile.write(file, others + classes.line() + "\n");
        } else {
            throw new ModelFolderException(
                    file,
                    "expected %s=%s, found the file of another program; --force replaces it"
                            .formatted(BLOCK_FACTORY_KEY, BLOCK_FACTORY));
        }
    }

    /**
     * The logical lines of a Java properties file, unchanged. A logical line may span several
     * lines; each but the last ends with a backslash.
     */
    private static final class PropertyLines {

        private final String text;

        PropertyLines(String text) {
            this.text = text;
        }

        /** The text without the lines of some keys; ends with a line break. */
        String without(Set<String> keys) throws IOException {
            StringBuilder kept = new StringBuilder(text.length());
            int end;
            for (int start = 0; start < text.length(); start = end) {
                end = endOfLogicalLine(start);
                String line = text.substring(start, end);
                if (Collections.disjoint(keysOf(line), keys)) {
                    kept.append(ended(line));
                }
            }
            return kept.toString();
        }

        private static Set<String> keysOf(String line) throws IOException {
            Properties properties = new Properties();
            properties.load(new StringReader(line));
            return properties.stringPropertyNames();
        }

        private int endOfLogicalLine(int start) {
            int content = endOfContent(start);
            boolean mayGoOn = !isBlankOrComment(text.substring(start, content));
            while (mayGoOn && endsOpen(text.substring(start, content)) && content < text.length()) {
                start = afterBreak(content);
                content = endOfContent(start);
            }
            return afterBreak(content);
        }

        /** The index of the line break, or of the end. */
        private int endOfContent(int start) {
            int end = start;
            while (end < text.length() && !isBreak(text.charAt(end))) {
                end++;
            }
            return end;
        }

        private int afterBreak(int place) {
            if (place >= text.length()) {
                return text.length();
            }
            boolean isPair = text.startsWith("\r\n", place);
            return place + (isPair ? 2 : 1);
        }

        private static boolean isBreak(char c) {
            return c == '\n' || c == '\r';
        }

        private static boolean isBlankOrComment(String line) {
            String content = line.replaceFirst("^[ \\t\\f]+", "");
            return content.isEmpty() || content.charAt(0) == '#' || content.charAt(0) == '!';
        }

        /** Whether an unescaped backslash continues the line. */
        private static boolean endsOpen(String line) {
            int backslashes = 0;
            while (backslashes < line.length()
                    && line.charAt(line.length() - 1 - backslashes) == '\\') {
                backslashes++;
            }
            return backslashes % 2 == 1;
        }

        /** Adds a missing line break at the end of the file, and drops a backslash before it. */
        private static String ended(String line) {
            int end = line.length();
            while (end > 0 && isBreak(line.charAt(end - 1))) {
                end--;
            }
            String content = line.substring(0, end);
            if (!isBlankOrComment(content) && endsOpen(content)) {
                return content.substring(0, end - 1) + "\n";
            }
            return end == line.length() ? line + "\n" : line;
        }
    }
}
