package io.forestage.tokens.files;

import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the files beside a vocabulary say about its tokenizer: tokenizer_config.json,
 * special_tokens_map.json, added_tokens.json and config.json, read as {@code AutoTokenizer} of
 * transformers 5 reads them.
 *
 * @param tokenizerClass the class that transformers would make, or null if none is named
 * @param classFile the name of the file that names the class
 * @param prefixSpace whether a space is put before a text, or null if nothing says so
 * @param declared the tokens to add, in the order in which transformers adds them
 */
record SideFiles(
        @Nullable String tokenizerClass,
        String classFile,
        @Nullable Boolean prefixSpace,
        List<Declared> declared) {

    /** Of a vocabulary that is read alone. */
    static final SideFiles NONE = new SideFiles(null, "", null, List.of());

    SideFiles {
        declared = List.copyOf(declared);
    }

    /**
     * A token of one of the files.
     *
     * @param file the file that declares it
     * @param id the id that the file gives it, or null if it gives none
     * @param token the token; its id is not known yet
     */
    record Declared(TokenizerFile file, @Nullable Integer id, AddedToken token) {}

    /** Returns the texts of the declared tokens. */
    Set<String> contents() {
        return declared.stream().map(one -> one.token().content()).collect(Collectors.toSet());
    }

    boolean prefixSpaceOr(boolean otherwise) {
        return prefixSpace == null ? otherwise : prefixSpace;
    }

    /**
     * Adds the declared tokens to those that a vocabulary already has. A token of the vocabulary
     * keeps its id; another one gets the next id, as in transformers.
     *
     * @param added the tokens that are already added
     * @param vocabulary the ids of the model's tokens
     * @param file the vocabulary's file, for messages
     * @return all added tokens
     * @throws TokenizerFileException if a file gives a token another id, or a token is unsafe
     */
    List<AddedToken> addTo(
            List<AddedToken> added, Map<String, Integer> vocabulary, TokenizerFile file)
            throws TokenizerFileException {
        if (declared.isEmpty()) {
            return added;
        }
        List<AddedToken> all = new ArrayList<>(added);
        Map<String, Integer> places = new HashMap<>();
        int next = vocabulary.size();
        for (AddedToken token : added) {
            places.put(token.content(), places.size());
            next = Math.max(next, token.id() + 1);
        }
        for (Declared one : declared) {
            String content = one.token().content();
            Integer place = places.get(content);
            Integer known = place == null ? vocabulary.get(content) : (Integer) all.get(place).id();
            int id = known == null ? next : known;
            if (one.id() != null && one.id() != id) {
                throw otherId(one, id);
            }
            AddedToken token = one.token().withId(id);
            if (place == null) {
                places.put(content, all.size());
                all.add(token);
                next = Math.max(next, id + 1);
            } else if (one.id() != null) {
                all.set(place, token);
            } // A role alone does not change what tokenizer.json says about a token.
        }
        AddedTokenRules.require(all, file);
        requireOwnIds(all, vocabulary, file);
        return List.copyOf(all);
    }

    /** In a vocabulary with gaps the next id may be that of another token. */
    private static void requireOwnIds(
            List<AddedToken> added, Map<String, Integer> vocabulary, TokenizerFile file)
            throws TokenizerFileException {
        Map<Integer, String> outside = new HashMap<>();
        for (AddedToken token : added) {
            if (!vocabulary.containsKey(token.content())) {
                outside.put(token.id(), token.content());
            }
        }
        for (Map.Entry<String, Integer> entry : vocabulary.entrySet()) {
            String other = outside.get(entry.getValue());
            if (other != null) {
                throw new TokenizerFileException(
                        file.name(),
                        "token %s".formatted(Quoted.of(other)),
                        "an id of its own",
                        "id %d, which is that of %s"
                                .formatted(entry.getValue(), Quoted.of(entry.getKey())),
                        "number the vocabulary from 0 without gaps");
            }
        }
    }

    private static TokenizerFileException otherId(Declared declared, int id) {
        return new TokenizerFileException(
                declared.file().name(),
                "token %s".formatted(Quoted.of(declared.token().content())),
                "id %d, which transformers gives it".formatted(id),
                "id %d".formatted(declared.id()),
                "take all files of the tokenizer from the same model");
    }
}
