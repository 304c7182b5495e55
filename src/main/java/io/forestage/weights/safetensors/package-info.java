/**
 * Hugging Face's safetensors: a JSON header and the tensors' bytes. Files are written as its own
 * library writes them. Nothing in a header is trusted.
 */
@NullMarked
package io.forestage.weights.safetensors;

import org.jspecify.annotations.NullMarked;
