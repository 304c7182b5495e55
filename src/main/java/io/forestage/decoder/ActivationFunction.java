package io.forestage.decoder;

import io.forestage.torch.DecoderOperations;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The function within a block's feed-forward layer, {@code activation_function}. */
public enum ActivationFunction {
    /** GPT-2's: the Gaussian error linear unit, approximated with tanh. */
    GELU_NEW(
            DecoderOperations.Activation.GELU_TANH,
            "gelu_new",
            "gelu_pytorch_tanh",
            "gelu_fast",
            "gelu_python_tanh",
            "gelu_accurate"),
    /** The Gaussian error linear unit by the error function. */
    GELU(DecoderOperations.Activation.GELU, "gelu", "gelu_python"),
    /** x · σ(1.702 x). */
    QUICK_GELU(DecoderOperations.Activation.QUICK_GELU, "quick_gelu"),
    /** max(x, 0). */
    RELU(DecoderOperations.Activation.RELU, "relu"),
    /** x · σ(x). */
    SILU(DecoderOperations.Activation.SILU, "silu", "swish"),
    /** The hyperbolic tangent. */
    TANH(DecoderOperations.Activation.TANH, "tanh");

    private final DecoderOperations.Activation operation;

    /** transformers' names, a line each: an enum's fields are immutable. */
    private final String names;

    ActivationFunction(DecoderOperations.Activation operation, String... names) {
        this.operation = operation;
        this.names = String.join("\n", names);
    }

    DecoderOperations.Activation operation() {
        return operation;
    }

    /** Returns the function's first name in transformers. */
    public String modelName() {
        return names.lines().findFirst().orElseThrow();
    }

    /**
     * Looks for a function by its name in config.json.
     *
     * @param name one of transformers' names
     * @return the function, or empty if it is none of these
     */
    public static Optional<ActivationFunction> named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.names.lines().anyMatch(name::equals))
                .findFirst();
    }

    /** Returns all names, for a message. */
    static String known() {
        return Arrays.stream(values())
                .flatMap(each -> each.names.lines())
                .collect(Collectors.joining(", "));
    }
}
