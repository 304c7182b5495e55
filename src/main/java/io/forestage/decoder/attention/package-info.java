/**
 * How the heads of a transformer block attend: queries, keys and values to vectors, and what linear
 * attention remembers of tokens. Projections, softmax's cache and models are the decoder's.
 */
@NullMarked
package io.forestage.decoder.attention;

import org.jspecify.annotations.NullMarked;
