package io.forestage.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates requests to vectors, alone or in batches. Any number of predictors may share it.
 *
 * <p><b>Shapes.</b> N tokens of all requests → ids, mask and positions int64 (N) → vectors (N, D),
 * split by request.
 */
final class EmbeddingsTranslator<I, O> implements Translator<I, O> {

    private static final String BATCH = "forestage.batch";

    private final Exchange<I, O> exchange;
    private final OpenModel model;
    private final @Nullable Device device;
    private final boolean isFair;

    EmbeddingsTranslator(
            Exchange<I, O> exchange, OpenModel model, @Nullable Device device, boolean isFair) {
        this.exchange = exchange;
        this.model = model;
        this.device = device;
        this.isFair = isFair;
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList processInput(TranslatorContext context, I request) {
        return batchProcessInput(context, Collections.singletonList(request));
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<I> requests) {
        if (isFair) {
            // DJL closes the context at the end of each prediction, also of one that failed.
            context.getNDManager().attachInternal(NDManager.nextUid(), Turn.take());
        }
        List<Outcome<O>> outcomes = new ArrayList<>();
        List<TokenRows> readable = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            I request = requests.get(i);
            try {
                Exchange.Writer<O> writer = exchange.writer();
                readable.add(exchange.reader().read(request, writer.defaultPadding(request)));
                outcomes.add(new Outcome<>(request, null));
            } catch (IllegalArgumentException problem) {
                outcomes.add(new Outcome<>(request, exchange.writer().refuse(i, problem)));
            }
        }
        InputStageBlockFactory.requireUnchanged(context.getModel().getBlock());
        PackedBatch batch = PackedBatch.of(readable);
        OpenModel.Prediction prediction = model.begin(context.getNDManager());
        context.setAttachment(BATCH, new Batch<>(outcomes, batch, prediction));
        NDManager manager = prediction.arrays();
        return batch.inputs(device == null ? manager : manager.newSubManager(device));
    }

    @Override
    public O processOutput(TranslatorContext context, NDList output) {
        return batchProcessOutput(context, output).get(0);
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext context, NDList output) {
        @SuppressWarnings("unchecked") // only batchProcessInput sets it
        Batch<O> batch = (Batch<O>) context.getAttachment(BATCH);
        try {
            return answers(batch, output, context.getPredictorManager());
        } finally {
            batch.prediction().close();
        }
    }

    private List<O> answers(Batch<O> batch, NDList output, NDManager owner) {
        Iterator<Vectors> parts = batch.packed().split(output).iterator();
        List<O> answers = new ArrayList<>();
        for (Outcome<O> outcome : batch.outcomes()) {
            O refusal = outcome.refusal();
            answers.add(
                    refusal == null
                            ? exchange.writer().answer(outcome.request(), parts.next(), owner)
                            : refusal);
        }
        return answers;
    }

    /** A request, with its refusal if it is invalid. */
    private record Outcome<O>(Object request, @Nullable O refusal) {}

    private record Batch<O>(
            List<Outcome<O>> outcomes, PackedBatch packed, OpenModel.Prediction prediction) {}
}
