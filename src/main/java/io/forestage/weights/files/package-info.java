/**
 * Files that Forestage creates: written whole or not at all, locked, and distinguished from files
 * of other users.
 */
@NullMarked
package io.forestage.weights.files;

import org.jspecify.annotations.NullMarked;
