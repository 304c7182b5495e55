package io.forestage.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The versions of DJL's jars on a class path. Each jar has a file with its version.
 *
 * <p>A build tool chooses the version of each jar separately, so a second library that needs DJL
 * can lead to a mixture. Java code of neighbouring versions works together. The native code in
 * pytorch-jni does not: DJL loads it only if it fits the exact versions of the engine and libtorch.
 *
 * @param api the version of {@code ai.djl:api}
 * @param engine the version of {@code pytorch-engine}
 * @param tokenizers the version of {@code tokenizers}: the native library's, then DJL's
 * @param jni the version of {@code pytorch-jni}: libtorch's, then DJL's
 * @param libtorch the versions of libtorch in jars; without such a jar, the version that the engine
 *     would download
 */
record DjlJars(
        @Nullable String api,
        @Nullable String engine,
        @Nullable String tokenizers,
        @Nullable String jni,
        List<String> libtorch) {

    /**
     * The version that Forestage is built and tested with; a test compares it with the class path.
     */
    static final String VERSION = "0.36.0";

    static final String LIBTORCH_VERSION = "2.7.1";

    private static final String ENGINE_FILE = "pytorch-engine.properties";
    private static final String DJL_VERSION = "djl_version";

    /** Reads the versions from the files that DJL reads them from. */
    static DjlJars of(ClassLoader loader) {
        try {
            List<String> bundled =
                    values(loader, "native/lib/pytorch.properties", "version").stream()
                            // libtorch's version, then the date of DJL's jar
                            .map(version -> version.split("-", 2)[0])
                            .distinct()
                            .toList();
            return new DjlJars(
                    value(loader, "ai/djl/engine/api.properties", DJL_VERSION),
                    value(loader, ENGINE_FILE, DJL_VERSION),
                    value(loader, "native/lib/tokenizers.properties", "version"),
                    value(loader, "jnilib/pytorch.properties", "jni_version"),
                    bundled.isEmpty() ? values(loader, ENGINE_FILE, "pytorch_version") : bundled);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "versions of DJL's jars: cannot read them from the class path", e);
        }
    }

    /**
     * Returns why pytorch-jni cannot be loaded and what to do. Empty if it can be loaded, or if
     * there is no such jar: then DJL looks for the native code elsewhere.
     */
    Optional<String> mismatch() {
        if (jni == null
                || engine == null
                || libtorch.stream().anyMatch(each -> jni.startsWith(each + "-" + engine))) {
            return Optional.empty();
        }
        return Optional.of(
                ("DJL's jars on the class path do not fit together: expected pytorch-jni %s-%s, "
                                + "which pytorch-engine %s needs with libtorch %s, "
                                + "found pytorch-jni %s (and api %s, tokenizers %s); "
                                + "import ai.djl:bom %s before other BOMs, "
                                + "or declare api, pytorch-engine and tokenizers %s, "
                                + "pytorch-jni %s-%s and pytorch-native-cpu %s")
                        .formatted(
                                String.join(" or ", libtorch),
                                engine,
                                engine,
                                String.join(" or ", libtorch),
                                jni,
                                api,
                                tokenizers,
                                VERSION,
                                VERSION,
                                LIBTORCH_VERSION,
                                VERSION,
                                LIBTORCH_VERSION));
    }

    private static @Nullable String value(ClassLoader loader, String file, String key)
            throws IOException {
        List<String> values = values(loader, file, key);
        return values.isEmpty() ? null : values.get(0);
    }

    private static List<String> values(ClassLoader loader, String file, String key)
            throws IOException {
        List<URL> files = Collections.list(loader.getResources(file));
        List<String> values = new ArrayList<>();
        for (URL each : files) {
            Properties properties = new Properties();
            try (InputStream in = each.openStream()) {
                properties.load(in);
            }
            String value = properties.getProperty(key);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }
}
