/**
 * Skip-gram with negative sampling (Mikolov et al. 2013) over GPT-2's tokens, and how well a table
 * agrees with people on the similarity of words.
 */
@NullMarked
package io.forestage.training.skipgram;

import org.jspecify.annotations.NullMarked;
