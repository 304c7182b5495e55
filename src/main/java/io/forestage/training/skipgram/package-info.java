/**
 * Skip-gram with negative sampling (Mikolov et al. 2013) over GPT-2's tokens, and the comparison of
 * a model with people's judgements of word similarity.
 */
@NullMarked
package io.forestage.training.skipgram;

import org.jspecify.annotations.NullMarked;
