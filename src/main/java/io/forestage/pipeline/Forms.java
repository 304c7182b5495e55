package io.forestage.pipeline;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** The types of requests and answers, and what reads and makes them. */
final class Forms {

    private static final Set<Class<?>> OF_ONE_TEXT = Set.of(String.class, long[].class);

    private static final Set<Class<?>> OF_SEVERAL = Set.of(String[].class, long[][].class);

    private static final Map<Class<?>, Function<ServedModel, Exchange.Reader<?>>> READERS =
            Map.of(
                    Input.class,
                    InputReader::new,
                    String.class,
                    model ->
                            (Exchange.Reader<String>)
                                    text ->
                                            model.rows()
                                                    .ofText(text, model.options())
                                                    .cut(model.options()),
                    String[].class,
                    model ->
                            (Exchange.Reader<String[]>)
                                    texts ->
                                            model.rows()
                                                    .ofTexts(texts, model.options())
                                                    .cut(model.options()),
                    long[].class,
                    model ->
                            (Exchange.Reader<long[]>)
                                    ids -> model.rows().ofIds(ids).cut(model.options()),
                    long[][].class,
                    model ->
                            (Exchange.Reader<long[][]>)
                                    rows -> model.rows().ofIds(rows).cut(model.options()));

    private static final Map<Class<?>, Exchange.Writer<?>> WRITERS =
            Map.of(
                    Output.class, new OutputWriter(),
                    NDList.class, new ArraysWriter(),
                    float[].class, new FloatsWriter<>(float[].class, 1),
                    float[][].class, new FloatsWriter<>(float[][].class, 2),
                    float[][][].class, new FloatsWriter<>(float[][][].class, 3));

    private Forms() {}

    /** Every pair that some options make possible. */
    static Set<Pair<Type, Type>> supported() {
        Set<Pair<Type, Type>> pairs = new HashSet<>();
        for (Class<?> input : READERS.keySet()) {
            for (Class<?> output : WRITERS.keySet()) {
                if (!OF_SEVERAL.contains(input) || output != float[].class) {
                    pairs.add(new Pair<>(input, output));
                }
            }
        }
        return pairs;
    }

    /** Reads and makes a pair of types; refuses options that the pair cannot express. */
    static <I, O> Exchange<I, O> of(Class<I> input, Class<O> output, ServedModel model) {
        if (WRITERS.get(output) instanceof FloatsWriter<?> floats
                && (OF_ONE_TEXT.contains(input) || OF_SEVERAL.contains(input))) {
            floats.requireRank(model.options(), OF_ONE_TEXT.contains(input));
        }
        @SuppressWarnings("unchecked") // each map holds what is of its key's type
        Exchange.Reader<I> reader =
                (Exchange.Reader<I>) Objects.requireNonNull(READERS.get(input)).apply(model);
        @SuppressWarnings("unchecked")
        Exchange.Writer<O> writer =
                (Exchange.Writer<O>) Objects.requireNonNull(WRITERS.get(output));
        return new Exchange<>(reader, writer);
    }
}
