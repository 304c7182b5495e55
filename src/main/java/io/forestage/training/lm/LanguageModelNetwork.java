package io.forestage.training.lm;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.tracker.Tracker;
import io.forestage.decoder.DecoderFolder;
import io.forestage.decoder.Gpt2Decoder;
import io.forestage.decoder.Gpt2Network;
import io.forestage.decoder.attention.Attention;
import io.forestage.decoder.attention.SoftmaxAttention;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.PositionalEmbedding;
import io.forestage.nn.TiedProjection;
import io.forestage.optim.ParameterGroups;
import io.forestage.optim.RowSparseAdam;
import io.forestage.training.session.KeyedRandom;
import io.forestage.training.session.ModelTraining;
import io.forestage.training.session.Network;
import io.forestage.training.session.ParameterRows;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.RowSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input stage, GPT-2's transformer blocks if there are any, and a projection onto the stage's
 * own token table (tied weights): without blocks, logits = (wte[ids] + wpe[0 … T − 1]) · wteᵀ.
 *
 * <p>The projection uses every row of the table, so the table's gradient is dense. A step is one
 * pass of {@link RowSparseAdam} over the whole table, gradient and state, with {@code
 * torch.optim.Adam}'s arithmetic. A sparse lookup would save nothing here.
 *
 * @param network the stage and the projection, trained together
 * @param stage the stage
 * @param decoder the blocks; null for none
 */
record LanguageModelNetwork(
        Network network, Gpt2InputEmbedding stage, @Nullable Gpt2Decoder decoder)
        implements AutoCloseable {

    private static final int BLOCKS = 13;

    /** Creates a network from the tables of a loaded stage; it closes them with itself. */
    static LanguageModelNetwork of(
            NDManager manager,
            Gpt2InputEmbedding loaded,
            LanguageModelOptions options,
            int threads) {
        Gpt2InputEmbedding.Builder builder =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(loaded.getTokenEmbedding())
                        .optDropout((float) options.dropout());
        PositionalEmbedding positions = loaded.getPositionalEmbedding();
        if (positions != null) {
            builder.optPositionalEmbedding(positions);
        }
        Gpt2InputEmbedding stage = builder.build();
        Gpt2Decoder decoder = decoder(stage, options);
        TiedProjection projection = new TiedProjection(stage.getTokenEmbedding());
        Block block =
                decoder == null
                        ? new SequentialBlock().add(stage).add(projection)
                        : new Gpt2Network(stage, decoder, projection);
        // Of the blocks alone: the stage has its values.
        manager.getEngine().setRandomSeed((int) KeyedRandom.key(options.steps().seed(), BLOCKS));
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        RowSparseAdam adam =
                RowSparseAdam.builder()
                        .optLearningRateTracker(Tracker.fixed((float) options.learningRate()))
                        .optThreads(threads)
                        .build();
        ParameterGroups optimizer = ParameterGroups.builder().setBlock(block).setRest(adam).build();
        return new LanguageModelNetwork(
                new Network(
                        manager,
                        block,
                        optimizer,
                        options.learningRate(),
                        "learning rate %s".formatted(options.learningRate()),
                        Network.Objective.ONE_CLASS,
                        options.dropout() > 0),
                stage,
                decoder);
    }

    private static @Nullable Gpt2Decoder decoder(
            Gpt2InputEmbedding stage, LanguageModelOptions options) {
        BlockOptions blocks = options.blocks();
        if (blocks.layers() == 0) {
            return null;
        }
        Attention attention = blocks.attention();
        int width = Math.toIntExact(stage.getTokenEmbedding().getEmbeddingDim());
        return Gpt2Decoder.builder()
                .setLayers(blocks.layers())
                .setHeads(blocks.headsOf(width))
                .setWidth(width)
                .optAttention(
                        attention instanceof SoftmaxAttention softmax
                                ? softmax.withDropout(options.dropout())
                                : attention)
                .optDropout(options.dropout())
                .build();
    }

    /** Returns what the blocks add to the model's folder. */
    ModelTraining.LearnedBlocks blocks() {
        return decoder == null
                ? ModelTraining.LearnedBlocks.NONE
                : new ModelTraining.LearnedBlocks(
                        DecoderFolder.config(decoder.config()), DecoderFolder.tensors(decoder));
    }

    /** Returns the stage's tables by GPT-2's tensor names. */
    List<RowSource> tables() {
        List<RowSource> tables = new ArrayList<>();
        tables.add(ParameterRows.of(Gpt2Table.WTE.tensorName(), ParameterRows.tableOf(stage)));
        if (stage.getPositionalEmbedding() instanceof LearnedPositionalEmbedding learned) {
            tables.add(
                    ParameterRows.of(
                            Gpt2Table.WPE.tensorName(),
                            learned.getParameters().valueAt(0).getArray()));
        }
        return tables;
    }

    @Override
    public void close() {
        network.close();
    }
}
