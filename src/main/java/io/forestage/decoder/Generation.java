package io.forestage.decoder;

import java.util.List;

/**
 * What a model added to a text.
 *
 * @param text the added text, without that it follows
 * @param ids the added tokens, without the end token
 * @param promptTokens the number of tokens before them
 * @param ended whether the model ended the text; false if the most tokens were reached
 */
public record Generation(String text, List<Long> ids, int promptTokens, boolean ended) {

    public Generation {
        ids = List.copyOf(ids);
    }
}
