/**
 * The stage for DJL's Criteria, model zoo and server. A request is read into a {@link
 * io.forestage.tokens.TokenBatch} ({@code Exchange.Reader}), the batches of all requests are
 * concatenated ({@code PackedBatch}), and each request's {@link io.forestage.Embeddings} become its
 * answer ({@code Exchange.Writer}).
 */
@NullMarked
package io.forestage.pipeline;

import org.jspecify.annotations.NullMarked;
