/**
 * How the heads of a transformer block attend: queries, keys and values to vectors. Projections,
 * caches and models are the decoder's.
 */
@NullMarked
package io.forestage.decoder.attention;

import org.jspecify.annotations.NullMarked;
