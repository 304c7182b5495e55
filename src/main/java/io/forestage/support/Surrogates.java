package io.forestage.support;

/** Halves of surrogate pairs, which have no form in UTF-8. */
public final class Surrogates {

    private Surrogates() {}

    /**
     * Finds a surrogate without its partner.
     *
     * @param text any text
     * @return the index of the first unpaired surrogate, or −1
     */
    public static int firstUnpaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) == 1) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
