package io.forestage.corpus;

/**
 * How far a run has come.
 *
 * @param lines the lines that were embedded or skipped, those of earlier runs included
 * @param skipped the lines among them that were skipped
 * @param tokens the tokens that were embedded, those of earlier runs included
 * @param readBytes the bytes of the inputs that were read, as they are stored
 * @param totalBytes the bytes that all inputs have, or -1 if one is no file
 */
public record CorpusProgress(
        long lines, long skipped, long tokens, long readBytes, long totalBytes) {}
