package io.forestage.tokens.files;

import com.google.gson.stream.JsonToken;
import io.forestage.support.StrictJson;
import io.forestage.support.Surrogates;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.AddedToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link SideFiles}. tokenizer_config.json comes first. If it has no {@code
 * added_tokens_decoder}, special_tokens_map.json and added_tokens.json are read too.
 */
final class SideFilesReader {

    static final String CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";
    static final String ADDED_TOKENS = "added_tokens.json";

    private static final String MODEL_CONFIG = "config.json";
    private static final String GPT2 = "GPT2Tokenizer";

    /** The tokens with a role, in the order in which transformers adds them. */
    private static final List<String> ROLES =
            List.of(
                    "bos_token",
                    "eos_token",
                    "unk_token",
                    "sep_token",
                    "pad_token",
                    "cls_token",
                    "mask_token");

    /** The older and the newer name of the special tokens without a role. */
    private static final Set<String> EXTRA =
            Set.of("additional_special_tokens", "extra_special_tokens");

    /** More are refused when they are added. */
    private static final int MAX_TOKENS = 20_000;

    private final Path folder;
    private final Map<String, SideFiles.Declared> roles = new HashMap<>();
    private final Map<String, SideFiles.Declared> extra = new LinkedHashMap<>();
    private final Map<Integer, SideFiles.Declared> numbered = new TreeMap<>();
    private @Nullable String tokenizerClass;
    private @Nullable Boolean prefixSpace;
    private boolean hasDecoder;

    private SideFilesReader(Path folder) {
        this.folder = folder;
    }

    /** Reads the files that are there. */
    static SideFiles read(Path folder) throws TokenizerFileException {
        return new SideFilesReader(folder).read();
    }

    private SideFiles read() throws TokenizerFileException {
        readIfThere(CONFIG, this::readConfig);
        if (!hasDecoder) {
            readIfThere(SPECIAL_TOKENS, this::readSpecial);
            readIfThere(ADDED_TOKENS, this::readAdded);
        }
        return tokenizerClass == null
                ? new SideFiles(
                        ModelClass.of(folder.resolve(MODEL_CONFIG)),
                        MODEL_CONFIG,
                        prefixSpace,
                        inOrder())
                : new SideFiles(tokenizerClass, CONFIG, prefixSpace, inOrder());
    }

    private interface Member {
        void read(TokenizerFile file, StrictJson json, String name) throws IOException;
    }

    private void readIfThere(String name, Member member) throws TokenizerFileException {
        Path path = folder.resolve(name);
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        TokenizerFile file = new TokenizerFile(path);
        boolean unused =
                file.json(
                        json -> {
                            json.entries("a JSON object", key -> member.read(file, json, key));
                            return true;
                        });
    }

    private void readConfig(TokenizerFile file, StrictJson json, String name) throws IOException {
        switch (name) {
            case "tokenizer_class" -> tokenizerClass = textOrNull(json);
            case "add_prefix_space" -> {
                if (!json.skipNull()) {
                    prefixSpace = json.bool("true, false or null");
                }
            }
            case "added_tokens_decoder" -> readDecoder(file, json);
            default -> readSpecial(file, json, name);
        }
    }

    private void readDecoder(TokenizerFile file, StrictJson json) throws IOException {
        if (json.skipNull()) {
            return;
        }
        hasDecoder = true;
        json.entries(
                "the added tokens as an object",
                id -> {
                    AddedToken token = readToken(json, false);
                    number(file, json, token, id);
                });
    }

    private void readAdded(TokenizerFile file, StrictJson json, String content) throws IOException {
        json.keep(content, 200);
        int lone = Surrogates.firstUnpaired(content);
        if (lone >= 0) {
            throw json.problem(
                    "a token of whole characters",
                    "the lone surrogate U+%04X".formatted((int) content.charAt(lone)));
        }
        AddedToken token = new AddedToken(0, content, false, false, false, false, true);
        number(file, json, token, json.number("an id"));
    }

    private void number(TokenizerFile file, StrictJson json, AddedToken token, String id)
            throws IOException {
        int number = VocabularyReader.parseId(token.content(), id, file.maxId(), json);
        if (numbered.put(number, new SideFiles.Declared(file, number, token)) != null) {
            throw json.problem("each id once", "%d again".formatted(number));
        }
        if (numbered.size() > MAX_TOKENS) {
            throw json.problem("at most %d tokens".formatted(MAX_TOKENS), "more");
        }
    }

    private void readSpecial(TokenizerFile file, StrictJson json, String name) throws IOException {
        if (json.skipNull()) {
            return;
        }
        if (ROLES.contains(name)) {
            roles.put(name, declared(file, readToken(json, true)));
        } else if (!EXTRA.contains(name)) {
            json.skip();
        } else if (json.peek() == JsonToken.BEGIN_OBJECT) {
            json.entries("tokens", key -> addExtra(file, json));
        } else {
            json.array("tokens", () -> addExtra(file, json));
        }
    }

    private void addExtra(TokenizerFile file, StrictJson json) throws IOException {
        AddedToken token = readToken(json, true);
        extra.putIfAbsent(token.content(), declared(file, token));
        if (extra.size() > MAX_TOKENS) {
            throw json.problem("at most %d tokens".formatted(MAX_TOKENS), "more");
        }
    }

    private static SideFiles.Declared declared(TokenizerFile file, AddedToken token) {
        return new SideFiles.Declared(file, null, token);
    }

    private static @Nullable String textOrNull(StrictJson json) throws IOException {
        return json.skipNull() ? null : json.string("a string or null");
    }

    /** Reads a token: its content alone, or an object with settings. */
    private static AddedToken readToken(StrictJson json, boolean isSpecial) throws IOException {
        if (json.peek() == JsonToken.STRING) {
            return new AddedToken(
                    0, kept(json, json.string("a token")), true, false, false, false, false);
        }
        Map<String, Boolean> flags = new HashMap<>();
        List<String> contents = new ArrayList<>();
        json.object(
                "a token as a string or an object",
                name -> {
                    if (name.equals("content")) {
                        contents.add(kept(json, json.string("a token")));
                    } else if (json.peek() == JsonToken.BOOLEAN) {
                        flags.put(name, json.bool("true or false"));
                    } else {
                        json.skip();
                    }
                });
        if (contents.isEmpty()) {
            throw json.problem("a token with a string \"content\"", "none");
        }
        boolean special = isSpecial || flags.getOrDefault("special", false);
        return new AddedToken(
                0,
                contents.get(0),
                special,
                flags.getOrDefault("single_word", false),
                flags.getOrDefault("lstrip", false),
                flags.getOrDefault("rstrip", false),
                flags.getOrDefault("normalized", !special));
    }

    private static String kept(StrictJson json, String text) throws IOException {
        json.keep(text, 200);
        return text;
    }

    /** The numbered tokens by their ids, then those with a role, then the others. */
    private List<SideFiles.Declared> inOrder() {
        Map<String, SideFiles.Declared> specials = new LinkedHashMap<>();
        for (String role : ROLES) {
            SideFiles.Declared token = roles.get(role);
            if (token != null) {
                specials.putIfAbsent(token.token().content(), token);
            }
        }
        List<SideFiles.Declared> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (SideFiles.Declared token : numbered.values()) {
            String content = token.token().content();
            SideFiles.Declared special = specials.get(content);
            if (!seen.add(content)) {
                continue;
            }
            if (special != null && !hasDecoder) {
                all.add(new SideFiles.Declared(token.file(), token.id(), special.token()));
            } else if (special != null || content.equals(ByteLevelBpe.END_OF_TEXT)) {
                // A token with a role is special, and the end of text has one by default.
                all.add(
                        new SideFiles.Declared(
                                token.file(), token.id(), token.token().asSpecial()));
            } else {
                all.add(token);
            }
        }
        specials.forEach((content, token) -> addNew(token, seen, all));
        extra.forEach((content, token) -> addNew(token, seen, all));
        all.removeIf(token -> token.token().content().isEmpty());
        return all;
    }

    private static void addNew(
            SideFiles.Declared token, Set<String> seen, List<SideFiles.Declared> all) {
        if (seen.add(token.token().content())) {
            all.add(token);
        }
    }

    /** The class that follows from a model's config.json, whose other values are read elsewhere. */
    private static final class ModelClass {

        private @Nullable String named;
        private @Nullable String type;

        static @Nullable String of(Path path) {
            if (!Files.isRegularFile(path)) {
                return null;
            }
            ModelClass found = new ModelClass();
            try {
                boolean unused =
                        new TokenizerFile(path)
                                .json(
                                        json -> {
                                            json.entries("a JSON object", n -> found.read(json, n));
                                            return true;
                                        });
            } catch (TokenizerFileException reportedByTheModel) {
                return null;
            }
            String byType = "gpt2".equals(found.type) ? GPT2 : null;
            return found.named == null ? byType : found.named;
        }

        private void read(StrictJson json, String name) throws IOException {
            boolean isText = json.peek() == JsonToken.STRING;
            if (isText && name.equals("tokenizer_class")) {
                named = json.string("a class");
            } else if (isText && name.equals("model_type")) {
                type = json.string("a type");
            } else {
                json.skip();
            }
        }
    }
}
