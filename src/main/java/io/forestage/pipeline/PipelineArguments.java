package io.forestage.pipeline;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import io.forestage.Pooling;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.PositionKind;
import io.forestage.pipeline.PipelineOptions.Padding;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.SpecialTokens;
import io.forestage.torch.TorchEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The named arguments of a pipeline, from {@code serving.properties}, {@code Criteria.optArgument}
 * or a request.
 */
final class PipelineArguments {

    private static final String COPY = "copy";
    private static final String DEVICE = "device";
    private static final String FAIR = "fair";
    private static final String SPECIAL_TOKENS = "specialTokens";

    private static final Set<String> OF_A_REQUEST =
            Set.of(
                    "dtype",
                    "maxLength",
                    "normalize",
                    "onTooLong",
                    "padding",
                    "paddingSide",
                    "pooling",
                    SPECIAL_TOKENS,
                    "stride");

    private static final Set<String> OF_A_MODEL =
            Stream.concat(
                            OF_A_REQUEST.stream(),
                            Stream.of(
                                    COPY,
                                    DEVICE,
                                    FAIR,
                                    RequestLimits.BYTES,
                                    RequestLimits.TEXTS,
                                    RequestLimits.TOKENS))
                    .collect(Collectors.toSet());

    /** DJL has more types; one of them, bfloat16, crashes the process on the CPU. */
    private static final List<DataType> TYPES =
            List.of(DataType.FLOAT32, DataType.FLOAT16, DataType.FLOAT64);

    private static final Pattern DEVICE_NAME = Pattern.compile("cpu|gpu\\d{0,3}");

    private final ModelConfig config;
    private final PipelineOptions defaults;

    PipelineArguments(ModelFolder folder) {
        config = folder.config();
        defaults = PipelineOptions.of(folder.batchOptions());
    }

    /** The options of a model; DJL's own arguments are ignored. */
    PipelineOptions ofModel(Map<String, ?> arguments) {
        ArgumentReader reader = new ArgumentReader("argument", arguments);
        reader.requireKnown(OF_A_MODEL, ArgumentReader.djlNames(arguments));
        LoadOptions unusedOptions = loading(arguments);
        RequestLimits unused = limits(arguments);
        boolean unusedOrder = isFair(arguments);
        return change(defaults, reader);
    }

    /** The options of one request to a model. */
    PipelineOptions ofRequest(PipelineOptions model, Map<String, ?> parameters) {
        ArgumentReader reader = new ArgumentReader("parameters", parameters);
        reader.requireKnown(OF_A_REQUEST, Set.of());
        return change(model, reader);
    }

    /** How the tables are loaded: mapped, or copied on request. */
    static LoadOptions loading(Map<String, ?> arguments) {
        Boolean copy = new ArgumentReader("argument", arguments).truth(COPY);
        return copy != null && copy ? LoadOptions.frozen().copied() : LoadOptions.frozen();
    }

    /** The device, or null for the model's own. */
    static @Nullable Device device(Map<String, ?> arguments) {
        ArgumentReader reader = new ArgumentReader("argument", arguments);
        String name = reader.text(DEVICE);
        if (name == null) {
            return null;
        }
        if (!DEVICE_NAME.matcher(name).matches()) {
            throw reader.wrong(DEVICE, "cpu, gpu or gpu0, gpu1, …", name);
        }
        Engine engine = TorchEngine.get();
        Device device = numbered(Device.fromName(name, engine));
        if (device.isGpu() && device.getDeviceId() >= engine.getGpuCount()) {
            throw reader.wrong(
                    DEVICE,
                    "one of the %d GPUs that libtorch sees, or cpu".formatted(engine.getGpuCount()),
                    name);
        }
        return device;
    }

    /** Whether predictions wait for their turn. */
    static boolean isFair(Map<String, ?> arguments) {
        Boolean fair = new ArgumentReader("argument", arguments).truth(FAIR);
        return fair != null && fair;
    }

    /** The first GPU if no number is given: DJL's -1 matches the device of no array. */
    static Device numbered(Device device) {
        return device.isGpu() ? Device.gpu(Math.max(device.getDeviceId(), 0)) : device;
    }

    /** The limits of a server's request. */
    static RequestLimits limits(Map<String, ?> arguments) {
        ArgumentReader reader = new ArgumentReader("argument", arguments);
        RequestLimits defaults = RequestLimits.defaults();
        return new RequestLimits(
                limit(reader, RequestLimits.BYTES, defaults.bytes()),
                limit(reader, RequestLimits.TEXTS, defaults.texts()),
                limit(reader, RequestLimits.TOKENS, defaults.tokens()));
    }

    private static int limit(ArgumentReader reader, String name, int byDefault) {
        Integer limit = reader.count(name, Integer.MAX_VALUE);
        return limit == null ? byDefault : limit;
    }

    private PipelineOptions change(PipelineOptions options, ArgumentReader reader) {
        Padding padding = reader.choice("padding", List.of(Padding.values()));
        Pooling pooling = reader.choice("pooling", List.of(Pooling.values()));
        Boolean normalize = reader.truth("normalize");
        DataType type = reader.choice("dtype", TYPES);
        return new PipelineOptions(
                changeRows(options.rows(), reader),
                padding == null ? options.padding() : padding,
                pooling == null ? options.pooling() : pooling,
                normalize == null ? options.normalize() : normalize,
                type == null ? options.type() : type);
    }

    private BatchOptions changeRows(BatchOptions rows, ArgumentReader reader) {
        PaddingSide side = reader.choice("paddingSide", List.of(PaddingSide.values()));
        OnTooLong.Kind chosen = reader.choice("onTooLong", List.of(OnTooLong.Kind.values()));
        Integer maxLength =
                reader.count(
                        "maxLength",
                        config.positionKind() == PositionKind.LEARNED
                                ? config.nPositions()
                                : Integer.MAX_VALUE);
        SpecialTokens meaning = reader.choice(SPECIAL_TOKENS, List.of(SpecialTokens.values()));
        int length = maxLength == null ? rows.maxLength() : maxLength;
        OnTooLong.Kind kind = chosen == null ? rows.onTooLong().kind() : chosen;
        Integer stride = reader.count("stride", length);
        if (stride != null && kind != OnTooLong.Kind.WINDOWS) {
            throw reader.wrong("stride", "onTooLong=windows with it", stride.toString());
        }
        OnTooLong onTooLong =
                switch (kind) {
                    case REJECT -> OnTooLong.reject();
                    case TRUNCATE -> OnTooLong.truncate();
                    case WINDOWS ->
                            OnTooLong.windows(
                                    length,
                                    stride == null
                                            ? defaultStride(rows.onTooLong(), length)
                                            : stride);
                };
        return rows.withOnTooLong(OnTooLong.reject())
                .withMaxLength(length)
                .withOnTooLong(onTooLong)
                .withSpecialTokens(meaning == null ? rows.specialTokens() : meaning)
                .withPaddingSide(side == null ? rows.paddingSide() : side);
    }

    private static int defaultStride(OnTooLong way, int length) {
        return way instanceof OnTooLong.Windows windows
                ? Math.min(windows.stride(), length)
                : length;
    }
}
