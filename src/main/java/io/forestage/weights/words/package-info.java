/**
 * Files of word vectors: word2vec's binary and text, GloVe's text and fastText's {@code .vec}, read
 * with distrust and written.
 */
@NullMarked
package io.forestage.weights.words;

import org.jspecify.annotations.NullMarked;
