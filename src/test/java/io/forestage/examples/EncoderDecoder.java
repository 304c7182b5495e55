package io.forestage.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.SinusoidalPositionalEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.nn.TokenEmbedding;

/** Vaswani et al. 2017: source (B, S) and target (B, T) ids, cross-attention, logits (B, T, V). */
final class EncoderDecoder extends AbstractBlock {

    private final Gpt2InputEmbedding source;
    private final Gpt2InputEmbedding target;
    private final ScaledDotProductAttentionBlock attention;
    private final TiedProjection projection;

    EncoderDecoder(TokenEmbedding from, TokenEmbedding to, int heads) {
        source = addChildBlock("source", stage(from));
        target = addChildBlock("target", stage(to));
        var cross = ScaledDotProductAttentionBlock.builder().setHeadCount(heads);
        cross.setEmbeddingSize((int) to.getEmbeddingDim()).optAttentionProbsDropoutProb(0);
        attention = addChildBlock("attention", cross.build());
        projection = addChildBlock("projection", new TiedProjection(to));
    }

    /** Word vectors times √D plus sinusoids (sections 3.4 and 3.5). */
    private static Gpt2InputEmbedding stage(TokenEmbedding words) {
        var sinusoids = SinusoidalPositionalEmbedding.vaswani(words.getEmbeddingDim()).build();
        var stage = Gpt2InputEmbedding.builder().setTokenEmbedding(words).optDropout(0);
        stage.optTokenScale(Math.sqrt((double) words.getEmbeddingDim()));
        return stage.optPositionalEmbedding(sinusoids).build();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray keys = source.forward(store, new NDList(in.get(0)), training).head();
        NDArray queries = target.forward(store, new NDList(in.get(1)), training).head();
        NDList seen = attention.forward(store, new NDList(keys, queries, keys), training);
        return projection.forward(store, new NDList(queries.add(seen.head())), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
        source.initialize(manager, type, shapes[0]);
        target.initialize(manager, type, shapes[1]);
        Shape vectors = target.getOutputShapes(new Shape[] {shapes[1]})[0];
        attention.initialize(manager, type, vectors, vectors, vectors);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
        return projection.getOutputShapes(target.getOutputShapes(new Shape[] {shapes[1]}));
    }
}
