/**
 * GPT-2's input stage for the JVM: text in, the vectors that GPT-2's first transformer block reads
 * out.
 *
 * <p>The rooms, and the only ways in which one knows another:
 *
 * <pre>
 * cli ──► root ──► nn ──► torch      ids to vectors, as DJL blocks
 *  │       │ ├──► tokens             text to token ids
 *  │       │ └──► weights            files to named tensors
 *  └► pipeline ──► root              DJL's Criteria and Predictor
 *                optim ──► torch     row-sparse steps, as DJL optimisers
 * </pre>
 *
 * <p>{@code root} is this package: the front door {@code InputStage} and the reading and writing of
 * a model folder. {@code torch} alone knows {@code ai.djl.pytorch}; {@code weights} knows the JDK
 * and gson, not DJL; {@code cli} alone prints. {@code cli} and {@code pipeline} also see the types
 * that the front door speaks in: those of {@code tokens}, {@code cli} those of {@code weights}, and
 * {@code pipeline} the blocks.
 *
 * <p>Letters used everywhere: B is the batch, T the time (tokens in a row), D the embedding
 * dimension, V the vocabulary's size, P the number of learned positions.
 */
@NullMarked
package io.forestage;

import org.jspecify.annotations.NullMarked;
