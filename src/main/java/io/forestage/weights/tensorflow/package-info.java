/**
 * Reads TensorFlow's checkpoints, version 2, the format in which OpenAI released GPT-2: an index,
 * which is a sorted table of protocol buffers, and the tensors' bytes in data files beside it.
 */
@NullMarked
package io.forestage.weights.tensorflow;

import org.jspecify.annotations.NullMarked;
