package io.forestage.tokens;

import io.forestage.tokens.files.TokenizerFolder;
import java.nio.file.Path;
import java.util.List;

/** The files in a model's folder that are about its tokenizer. */
public final class OwnTokenizer {

    /** The tokenizers library's file. */
    public static final String JSON = TokenizerFolder.JSON;

    /** The files beside a vocabulary that say more about its tokenizer. */
    public static final List<String> SIDE_FILES = TokenizerFolder.SIDE_FILES;

    private OwnTokenizer() {}

    /**
     * Returns whether a folder has its own tokenizer, of GPT-2's kind.
     *
     * @param folder the folder
     * @return false if nothing there is about a tokenizer, so that it is GPT-2's own
     * @throws TokenizerFileException if the folder has a tokenizer of another kind
     */
    public static boolean isIn(Path folder) throws TokenizerFileException {
        return TokenizerFolder.of(folder).source() != TokenizerFolder.Source.GPT2
                || TokenizerFolder.hasFiles(folder);
    }
}
