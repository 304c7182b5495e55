package io.forestage.model;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The file {@code serving.properties}, by which DJL's {@code Criteria} and DJL Serving load a model
 * folder without being told how.
 */
public final class ServingProperties {

    /** The name of the file in a model folder. */
    public static final String FILE_NAME = "serving.properties";

    /** The key of the class that makes the block. */
    public static final String BLOCK_FACTORY_KEY = "blockFactory";

    /** The class that makes the block; named, as this room does not know it. */
    public static final String BLOCK_FACTORY = "io.forestage.pipeline.InputStageBlockFactory";

    /** The key of the class that makes translators. */
    public static final String TRANSLATOR_FACTORY_KEY = "translatorFactory";

    /** The class that makes translators. */
    public static final String TRANSLATOR_FACTORY =
            "io.forestage.pipeline.EmbeddingTranslatorFactory";

    private static final String TEXT =
            """
            # By this file DJL's Criteria and DJL Serving load the folder. Arguments may be added:
            # pooling, normalize, maxLength, onTooLong, stride, padding, paddingSide, dtype, device.
            engine=PyTorch
            %s=%s
            %s=%s
            # The weights are in a format that the block factory reads, not in one of DJL's.
            option.hasParameter=false
            """
                    .formatted(
                            BLOCK_FACTORY_KEY,
                            BLOCK_FACTORY,
                            TRANSLATOR_FACTORY_KEY,
                            TRANSLATOR_FACTORY);

    private ServingProperties() {}

    /**
     * Reads a folder's file.
     *
     * @param folder the folder
     * @return what it says, or nothing if there is none
     * @throws IOException if it cannot be read, or is no properties file
     */
    public static Optional<Properties> find(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new ModelFolderException(
                    file, "expected Java's properties, found a malformed escape; correct it", e);
        }
        return Optional.of(properties);
    }

    /**
     * Tells whether properties name Forestage's block.
     *
     * @param properties a folder's properties
     * @return whether the folder is one that Forestage loads
     */
    public static boolean areOurs(Properties properties) {
        return BLOCK_FACTORY.equals(properties.getProperty(BLOCK_FACTORY_KEY));
    }

    /**
     * Writes a folder's file.
     *
     * @param folder a model folder
     * @param force whether to replace a file that is there
     * @throws IOException if it cannot be written, or if one is there that is not to be replaced
     */
    public static void write(Path folder, boolean force) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (Files.exists(file) && !force) {
            throw new ModelFolderException(
                    file,
                    "the file is there already; --force replaces it, and what was added to it");
        }
        SmallFile.write(file, TEXT);
    }
}
