package io.forestage.tokens;

import io.forestage.support.Quoted;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which added tokens are let through to the native library: not so many that its search through
 * them, each one for each, takes minutes; none so long that its table of them fills the memory;
 * none empty, as it numbers those in another way; none twice; and beside a token that takes white
 * space along none that starts or ends with it, as the two would overlap, which is a panic.
 */
final class AddedTokenRules {

    /** Gemma 3 has 6415, more than any other published tokenizer that is known here. */
    private static final int MAX_TOKENS = 10_000;

    private static final int MAX_LENGTH = 256;

    private final StrictJson json;
    private final Set<String> contents = new HashSet<>();

    AddedTokenRules(StrictJson json) {
        this.json = json;
    }

    /** Checks a token that was just read. */
    void add(AddedToken token) throws TokenizerFileException {
        String content = token.content();
        if (content.isEmpty() || content.length() > MAX_LENGTH) {
            throw refused(
                    "an added token of 1 to %d characters".formatted(MAX_LENGTH),
                    content.length() + " characters");
        }
        if (!contents.add(content)) {
            throw json.damaged("each added token once", Quoted.of(content) + " again");
        }
        if (contents.size() > MAX_TOKENS) {
            throw refused("at most %d added tokens".formatted(MAX_TOKENS), "more");
        }
    }

    /** Checks what only all tokens together can violate. */
    void checkTogether(List<AddedToken> tokens) throws TokenizerFileException {
        if (tokens.stream().noneMatch(AddedToken::swallowsSpace)) {
            return;
        }
        for (AddedToken token : tokens) {
            if (hasSpaceAtAnEnd(token.content())) {
                throw refused(
                        "added tokens that neither start nor end with white space, as another one"
                                + " has lstrip or rstrip",
                        Quoted.of(token.content()));
            }
        }
    }

    /** The file's own normalizer can make a space too: ´ is a space and an accent. */
    private static boolean hasSpaceAtAnEnd(String content) {
        String text = Normalizer.normalize(content, Normalizer.Form.NFKD);
        return isSpace(text.codePointAt(0)) || isSpace(text.codePointBefore(text.length()));
    }

    /** Unicode's White_Space, which Java splits over three questions. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    private TokenizerFileException refused(String expected, String found) {
        return json.notAllowed(VocabularyReader.place(json.reader()), expected, found);
    }
}
