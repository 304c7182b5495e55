package io.forestage.tokens;

/** Says which character of a text is in no token, so that nothing is ever lost silently. */
final class LostCharacter {

    private LostCharacter() {}

    static IllegalArgumentException at(String text, int index) {
        int c = text.codePointAt(index);
        String shown = Character.isISOControl(c) ? "" : " '" + Character.toString(c) + "'";
        return new IllegalArgumentException(
                "character U+%04X%s at index %d is not in this vocabulary, and without an unknown token it would be lost; take it out, or use a vocabulary with all 256 bytes, such as TextTokenizer.gpt2()"
                        .formatted(c, shown, index));
    }
}
