/** A model on disk: its folder read into blocks, imported from other formats, and checked. */
@NullMarked
package io.forestage.model;

import org.jspecify.annotations.NullMarked;
