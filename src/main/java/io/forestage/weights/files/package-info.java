/**
 * Files that Forestage makes itself: written whole or not at all, locked, and told apart from what
 * somebody else has put under their names.
 */
@NullMarked
package io.forestage.weights.files;

import org.jspecify.annotations.NullMarked;
