/**
 * Words and their vectors, those of a model's token table or of a file: how near two are, which are
 * nearest to a sum, and how well they agree with people.
 */
@NullMarked
package io.forestage.words;

import org.jspecify.annotations.NullMarked;
