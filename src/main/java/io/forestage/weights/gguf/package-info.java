/**
 * llama.cpp's GGUF, versions 2 and 3: metadata, the tensors' names and places, then their bytes.
 * Nothing in a header is trusted.
 */
@NullMarked
package io.forestage.weights.gguf;

import org.jspecify.annotations.NullMarked;
