package io.forestage.tokens;

/** The names under which a vocabulary and its merges come; the files are of one form. */
public enum VocabularyFiles {
    /** As on Hugging Face's hub. */
    HUGGING_FACE("vocab.json", "merges.txt"),
    /** As in OpenAI's release. */
    OPENAI("encoder.json", "vocab.bpe");

    private final String vocabulary;
    private final String merges;

    VocabularyFiles(String vocabulary, String merges) {
        this.vocabulary = vocabulary;
        this.merges = merges;
    }

    /**
     * Returns the name of the file of tokens and ids.
     *
     * @return a file's name
     */
    public String vocabulary() {
        return vocabulary;
    }

    /**
     * Returns the name of the file of merges.
     *
     * @return a file's name
     */
    public String merges() {
        return merges;
    }
}
