/**
 * The stage for DJL's Criteria, model zoo and server. A request is read into token ids ({@code
 * Exchange.Reader}), the ids of a batch are concatenated ({@code PackedBatch}), and each request's
 * vectors become its answer ({@code Exchange.Writer}).
 */
@NullMarked
package io.forestage.pipeline;

import org.jspecify.annotations.NullMarked;
