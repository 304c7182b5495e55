/**
 * GPT-2's input stage for the JVM: from text to the vectors that GPT-2's first transformer block
 * reads.
 *
 * <p>The rooms, and the only ways in which one knows another:
 *
 * <pre>
 * cli ──► root ──► model ──► nn ──► torch      ids to vectors, as DJL blocks
 *  │       │         │ ├──► tokens             text to token ids
 *  │       │         │ └──► weights            files to named tensors
 *  │       └──► hub.cache ──► model, hub       models by name, fetched once
 *  ├──► pipeline ──► root                      DJL's Criteria, zoo and server
 *  ├──► words ──► root                         words near each other, of models and files
 *  ├──► plot ──► nn, weights, decoder          pictures of tables and words
 *  ├──► decoder ──► root                       GPT-2's blocks: the text that follows
 *  ├──► training ──► root, decoder             tables and blocks that learn
 *  │       └──► optim ──► torch                row-sparse steps, as DJL optimisers
 *  ├──► corpus ──► root                        lines of any number of files, to one file
 *  ├──► hub.cache
 *  └──► hub ──► weights                        files from Hugging Face's hub
 *       spark ──► corpus, training, root       texts to vectors, and skip-gram, on a cluster
 *       langchain4j, spring ──► root           embedding models of two frameworks
 *               support ◄── every room         checks, strict JSON, threads, messages
 * </pre>
 *
 * <p>{@code root} is this package: the front door {@code InputStage}. {@code model} is a model on
 * disk: its folder read, imported, exported and checked. {@code tokens} has the rooms {@code bpe}
 * and {@code files} for itself alone. {@code weights} says what tensors of a file are and has a
 * room for each format ({@code safetensors}, {@code pytorch}, {@code tensorflow}, {@code numpy},
 * {@code gguf}, {@code llmc}), one for files of word vectors ({@code words}), one for all that a
 * folder may hold ({@code checkpoint}), and one for files of our own, written whole and locked
 * ({@code files}). {@code training} has a room for each task ({@code skipgram}, {@code classify},
 * {@code lm}) and two for these alone ({@code text}, {@code session}). {@code torch} alone knows
 * {@code ai.djl.pytorch}, and every room that starts the engine asks it to; it and {@code tokens}
 * ask {@code natives}, a small room on {@code weights}, where native code may be loaded from;
 * {@code weights} and {@code support} know the JDK and gson, not DJL; {@code cli} alone prints,
 * with the rooms {@code train}, {@code words}, {@code plot}, {@code corpus}, {@code generate} and
 * {@code console} for itself; {@code decoder} has a room {@code attention} for how heads attend,
 * which {@code cli} and {@code plot} also know. {@code corpus} alone knows Parquet; {@code plot}
 * and the curve of a training alone draw. {@code langchain4j}, {@code spark} and {@code spring}
 * alone know their framework, which the program that uses them brings. {@code cli}, {@code
 * pipeline}, {@code words}, {@code decoder}, {@code training} and these three also see the types
 * that the front door speaks in: those of {@code model}, {@code tokens}, {@code weights} and {@code
 * hub.cache}, and {@code training} and {@code decoder} the blocks.
 *
 * <p>Letters used everywhere: B is the batch, T the time (tokens in a row), D the embedding
 * dimension, V the vocabulary's size, P the number of learned positions.
 */
@NullMarked
package io.forestage;

import org.jspecify.annotations.NullMarked;
