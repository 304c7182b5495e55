package io.forestage.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.TokenEmbedding;

/** BERT's input: ids and segments, both (B, T), to vectors (B, T, D). */
final class BertInput extends AbstractBlock {

    private final Gpt2InputEmbedding wordsAndPositions;
    private final TokenEmbedding segments;
    private final LayerNorm norm;
    private final Dropout dropout;

    BertInput(Gpt2InputEmbedding wordsAndPositions, TokenEmbedding segments, float dropout) {
        this.wordsAndPositions = addChildBlock("words and positions", wordsAndPositions);
        this.segments = addChildBlock("segments", segments);
        norm = addChildBlock("norm", LayerNorm.builder().axis(2).optEpsilon(1e-12f).build());
        this.dropout = addChildBlock("dropout", Dropout.builder().optRate(dropout).build());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDList words = wordsAndPositions.forward(store, new NDList(in.get(0)), training, params);
        NDList kinds = segments.forward(store, new NDList(in.get(1)), training, params);
        try (NDArray word = words.singletonOrThrow();
                NDArray kind = kinds.singletonOrThrow();
                NDArray sum = word.add(kind);
                NDList normal = norm.forward(store, new NDList(sum), training, params)) {
            NDList result = dropout.forward(store, normal, training, params);
            result.detach(); // without dropout it is the list that closes here
            result.attach(in.head().getManager());
            return result;
        }
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
        wordsAndPositions.initialize(manager, type, shapes[0]);
        segments.initialize(manager, type, shapes[0]);
        norm.initialize(manager, type, getOutputShapes(shapes));
        dropout.initialize(manager, type, getOutputShapes(shapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
        return new Shape[] {shapes[0].add(segments.getEmbeddingDim())};
    }
}
