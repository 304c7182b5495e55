/**
 * The stage for DJL's Criteria, model zoo and server. A request is read into token ids ({@code
 * Exchange.Reader}), those of a batch are laid end to end ({@code PackedBatch}), and each request's
 * part of the vectors becomes its answer ({@code Exchange.Writer}).
 */
@NullMarked
package io.forestage.pipeline;

import org.jspecify.annotations.NullMarked;
