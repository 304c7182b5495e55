package io.forestage.tokens.files;

import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.VocabularyFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which tokenizer a model's folder has. This is the only place that decides it:
 *
 * <ol>
 *   <li>tokenizer.json;
 *   <li>vocab.json and merges.txt, or encoder.json and vocab.bpe;
 *   <li>GPT-2's own, if no file of another tokenizer is there and no class is named but GPT-2's.
 * </ol>
 *
 * <p>A tokenizer of another kind, by a file's name or by the class in tokenizer_config.json or
 * config.json, is refused: its ids are other ids.
 *
 * @param folder the folder
 * @param source the first of these that is there
 * @param settings what the files beside it say
 */
public record TokenizerFolder(Path folder, Source source, SideFiles settings) {

    /** The tokenizers library's file. */
    public static final String JSON = "tokenizer.json";

    /** The files beside a vocabulary that say more about its tokenizer. */
    public static final List<String> SIDE_FILES =
            List.of(
                    SideFilesReader.CONFIG,
                    SideFilesReader.SPECIAL_TOKENS,
                    SideFilesReader.ADDED_TOKENS);

    /** A folder for the tokenizer alone. */
    private static final String PLACE = "tokenizer";

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-[0-9]+");

    private static final String REMEDY =
            "Forestage has byte-level BPE of GPT-2's kind only; tokenize with the model's own"
                    + " library and give the ids";

    /** Where the vocabulary is. */
    public enum Source {
        /** In tokenizer.json. */
        TOKENIZER_JSON,
        /** In a pair of {@link VocabularyFiles}. */
        VOCABULARY_AND_MERGES,
        /** In this program: GPT-2's own. */
        GPT2
    }

    /**
     * Looks into a folder.
     *
     * @param folder the folder
     * @return its tokenizer, which is not read yet
     * @throws TokenizerFileException if it has a tokenizer of another kind, or a file that says
     *     something about it is invalid
     */
    public static TokenizerFolder of(Path folder) throws TokenizerFileException {
        SideFiles settings = SideFilesReader.read(folder);
        Source source = source(folder);
        requireKnownClass(folder, source, settings);
        if (source == Source.GPT2) {
            Path foreign = foreignFile(folder);
            if (foreign != null) {
                throw new TokenizerFileException(
                        foreign.toString(),
                        "name",
                        "a tokenizer.json, or vocab.json and merges.txt, of GPT-2's kind",
                        "the file of another kind of tokenizer",
                        REMEDY);
            }
            requireNoneElsewhere(folder);
        }
        return new TokenizerFolder(folder, source, TokenizerClass.effective(settings, source));
    }

    /** Returns whether a folder has any file of a tokenizer, of whatever kind. */
    public static boolean hasFiles(Path folder) {
        return source(folder) != Source.GPT2
                || SIDE_FILES.stream().anyMatch(name -> exists(folder.resolve(name)))
                || foreignFile(folder) != null;
    }

    /** Reads tokenizer.json. */
    public TokenizerJson json() throws TokenizerFileException {
        return TokenizerJsonReader.read(new TokenizerFile(folder.resolve(JSON)), settings);
    }

    /** Reads the pair of files, or GPT-2's own vocabulary. */
    public ByteLevelBpe bpe() throws TokenizerFileException {
        VocabularyFiles names = pair(folder).orElse(null);
        if (names == null) {
            return Gpt2Vocabulary.read().with(settings, new TokenizerFile(folder));
        }
        return new BpeFiles(
                        new TokenizerFile(folder.resolve(names.vocabulary())),
                        new TokenizerFile(folder.resolve(names.merges())),
                        settings)
                .read();
    }

    private static Source source(Path folder) {
        if (exists(folder.resolve(JSON))) {
            return Source.TOKENIZER_JSON;
        }
        return pair(folder).isPresent() ? Source.VOCABULARY_AND_MERGES : Source.GPT2;
    }

    private static Optional<VocabularyFiles> pair(Path folder) {
        return Stream.of(VocabularyFiles.values())
                .filter(
                        names ->
                                exists(folder.resolve(names.vocabulary()))
                                        || exists(folder.resolve(names.merges())))
                .findFirst();
    }

    private static void requireKnownClass(Path folder, Source source, SideFiles settings)
            throws TokenizerFileException {
        String name = settings.tokenizerClass();
        if (name == null || TokenizerClass.fits(name, source)) {
            return;
        }
        throw new TokenizerFileException(
                folder.resolve(settings.classFile()).toString(),
                "$.tokenizer_class",
                source == Source.GPT2
                        ? "GPT2Tokenizer, as there is no tokenizer.json or vocab.json"
                        : "the class of a byte-level BPE, such as GPT2Tokenizer",
                Quoted.of(name) + beside(foreignFile(folder)),
                REMEDY);
    }

    private static String beside(@Nullable Path foreignFile) {
        return foreignFile == null
                ? ""
                : " and its " + Quoted.of(String.valueOf(foreignFile.getFileName()));
    }

    /**
     * Refuses a folder without a word about its tokenizer if the usual other place has one: the
     * folder of a training for its checkpoints, and a folder {@code tokenizer} in or beside it.
     */
    private static void requireNoneElsewhere(Path folder) throws TokenizerFileException {
        Path here = folder.toAbsolutePath().normalize();
        Path above = here.getParent();
        if (hasFiles(folder) || above == null) {
            return;
        }
        List<Path> places = new ArrayList<>(List.of(here.resolve(PLACE), above.resolve(PLACE)));
        if (CHECKPOINT.matcher(String.valueOf(here.getFileName())).matches()) {
            places.add(above);
        }
        for (Path place : places) {
            if (!place.equals(here) && Files.isDirectory(place) && hasFiles(place)) {
                throw new TokenizerFileException(
                        folder.toString(),
                        "files",
                        "the model's tokenizer beside its weights",
                        "a tokenizer's files only in %s".formatted(Quoted.of(place.toString())),
                        "copy them into this folder if they are this model's");
            }
        }
    }

    private static @Nullable Path foreignFile(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(TokenizerClass::isForeignFile).sorted().findFirst().orElse(null);
        } catch (IOException | UncheckedIOException unreadable) {
            return null; // The model's files cannot be read either, which is reported there.
        }
    }

    /** True for a broken link and for a file that cannot be examined too: reading it will fail. */
    private static boolean exists(Path file) {
        return !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
