package io.forestage.tokens;

/** The names of the two files of a vocabulary and its merges; their format is the same. */
public enum VocabularyFiles {
    /** On Hugging Face's hub. */
    HUGGING_FACE("vocab.json", "merges.txt"),
    /** In OpenAI's release. */
    OPENAI("encoder.json", "vocab.bpe");

    private final String vocabulary;
    private final String merges;

    VocabularyFiles(String vocabulary, String merges) {
        this.vocabulary = vocabulary;
        this.merges = merges;
    }

    /** Returns the name of the file of tokens and ids. */
    public String vocabulary() {
        return vocabulary;
    }

    /** Returns the name of the file of merges. */
    public String merges() {
        return merges;
    }
}
