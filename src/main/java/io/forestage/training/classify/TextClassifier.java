package io.forestage.training.classify;

import ai.djl.Device;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.forestage.model.LoadOptions;
import io.forestage.model.MappedFiles;
import io.forestage.model.ModelFolder;
import io.forestage.model.PositionKind;
import io.forestage.nn.EmbeddingBag;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import io.forestage.torch.TorchEngine;
import io.forestage.training.session.ParameterRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text classifier trained by {@link ClassifierTraining}, on the CPU.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.load(Path.of("models/mails"))) {
 *     Classifications result = classifier.classify("You have won a prize").get(0);
 *     System.out.println(result.best().getClassName() + " " + result.best().getProbability());
 * }
 * }</pre>
 *
 * <p>Any number of threads may share a classifier; their calls run one at a time. A text's mean
 * vector does not depend on the other texts of the call. The last bits of its probabilities may, as
 * a matrix product rounds differently by its size.
 */
public final class TextClassifier implements AutoCloseable {

    private static final int TEXTS_AT_ONCE = 256;

    private final List<String> labels;
    private final boolean severalLabels;
    private final TextTokenizer tokenizer;
    private final NDManager manager;
    private final MappedFiles files;
    private final EmbeddingBag bag;
    private final NDArray weight;
    private final NDArray bias;
    private boolean closed;

    private TextClassifier(
            ModelFolder folder,
            ClassifierHead head,
            TextTokenizer tokenizer,
            NDManager manager,
            LoadOptions options)
            throws IOException {
        labels = List.copyOf(head.labels());
        severalLabels = head.hasSeveralLabels();
        this.tokenizer = tokenizer;
        this.manager = manager;
        ModelFolder.LoadedBlock loaded =
                folder.loadBlock(manager, options.withPositionKind(PositionKind.NONE));
        files = loaded.files();
        bag =
                EmbeddingBag.builder()
                        .optWeight(ParameterRows.tableOf(loaded.block()))
                        .optFreeze(true)
                        .build();
        Shape classes = new Shape(labels.size());
        bias = manager.create(head.bias().asFloatBuffer(), classes);
        weight =
                manager.create(head.weight().asFloatBuffer(), classes.add(folder.config().nEmbd()));
    }

    /**
     * Loads a classifier; its table is mapped from the file.
     *
     * @param model the model folder that a classifier's training has written
     * @return the classifier, to be closed
     * @throws IOException if the folder has no head, or a file is invalid; the message names the
     *     file, what was expected and found, and what to do
     */
    public static TextClassifier load(Path model) throws IOException {
        return load(model, LoadOptions.frozen());
    }

    /**
     * Loads a classifier.
     *
     * @param model the model folder that a classifier's training has written
     * @param options whether the table is copied; positions and freeze are ignored
     * @return the classifier, to be closed
     * @throws IOException if the folder has no head, or a file is invalid; the message names the
     *     file, what was expected and found, and what to do
     */
    public static TextClassifier load(Path model, LoadOptions options) throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        ClassifierHead head = ClassifierHead.read(model, folder.config().nEmbd());
        TextTokenizer tokenizer = folder.loadTokenizerForTraining();
        NDManager manager = TorchEngine.get().newBaseManager(Device.cpu());
        try {
            return new TextClassifier(folder, head, tokenizer, manager, options);
        } catch (IOException | RuntimeException e) {
            manager.close();
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Returns whether a text may have several labels, as in the training data. Then each label has
     * its own probability (a sigmoid), and they do not add up to 1. Otherwise they are a softmax
     * over all labels.
     */
    public boolean hasSeveralLabels() {
        return severalLabels;
    }

    /** Returns the labels of the training data, sorted, each once. */
    public List<String> labels() {
        return labels;
    }

    /**
     * Classifies texts.
     *
     * @param texts the texts, none of them empty
     * @return for each text the labels with their probabilities, in the order of {@link #labels}
     * @throws IllegalArgumentException if a text is empty, null or invalid UTF-16, or has a
     *     character that the model's vocabulary lacks
     * @throws IllegalStateException if the classifier is closed, or its mapped weight file has
     *     changed
     */
    public List<Classifications> classify(String... texts) {
        return classify(Arrays.asList(texts));
    }

    /**
     * Classifies texts.
     *
     * @param texts the texts, none of them empty
     * @return for each text the labels with their probabilities, in the order of {@link #labels}
     * @throws IllegalArgumentException if a text is empty, null or invalid UTF-16, or has a
     *     character that the model's vocabulary lacks
     * @throws IllegalStateException if the classifier is closed, or its mapped weight file has
     *     changed
     */
    public synchronized List<Classifications> classify(List<String> texts) {
        if (closed) {
            throw new IllegalStateException("the classifier is closed; load it again");
        }
        files.requireUnchanged();
        List<long[]> bags = bags(texts);
        List<Classifications> all = new ArrayList<>();
        for (int begin = 0; begin < bags.size(); begin += TEXTS_AT_ONCE) {
            int end = Math.min(bags.size(), begin + TEXTS_AT_ONCE);
            try (NDManager scratch = manager.newSubManager()) {
                NDArray means = means(scratch, bags.subList(begin, end));
                NDArray logits = Linear.linear(means, weight, bias).singletonOrThrow();
                float[] probabilities =
                        (severalLabels ? Activation.sigmoid(logits) : logits.softmax(1))
                                .toFloatArray();
                for (int i = 0; i < end - begin; i++) {
                    all.add(classifications(probabilities, i * labels.size()));
                }
            }
        }
        return all;
    }

    /** Returns the mean vector of each bag, (bags, D). */
    NDArray means(NDManager owner, List<long[]> bags) {
        return bag.forward(new ParameterStore(owner, false), BagExamples.inputs(owner, bags), false)
                .singletonOrThrow();
    }

    /** Returns the token ids of each text. */
    List<long[]> bags(List<String> texts) {
        List<long[]> bags =
                tokenizer.encodeAll(texts, SpecialTokens.AS_TEXT).stream()
                        .map(TokenSequence::ids)
                        .toList();
        for (int i = 0; i < bags.size(); i++) {
            if (bags.get(i).length == 0) {
                throw new IllegalArgumentException(
                        "text %d: expected a text to classify, found an empty one; remove it"
                                .formatted(i));
            }
        }
        return bags;
    }

    private Classifications classifications(float[] probabilities, int begin) {
        List<Double> own = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            own.add((double) probabilities[begin + i]);
        }
        return new Classifications(labels, own);
    }

    /** Frees the table, the head and the tokenizer; further calls do nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            manager.close();
            tokenizer.close();
        }
    }
}
