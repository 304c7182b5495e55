package io.forestage.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DjlJarsTest {

    @TempDir private Path folder;

    @Test
    void theJarsOfTheBuildHaveTheVersionsInTheMessage() {
        DjlJars jars = DjlJars.of(DjlJarsTest.class.getClassLoader());

        assertThat(jars.api()).isEqualTo(DjlJars.VERSION);
        assertThat(jars.engine()).isEqualTo(DjlJars.VERSION);
        assertThat(jars.tokenizers()).endsWith("-" + DjlJars.VERSION);
        assertThat(jars.jni()).isEqualTo(DjlJars.LIBTORCH_VERSION + "-" + DjlJars.VERSION);
        assertThat(jars.libtorch()).containsExactly(DjlJars.LIBTORCH_VERSION);
        assertThat(jars.mismatch()).isEmpty();
    }

    @Test
    void nativeCodeOfAnotherDjlIsRefusedWithAllVersionsAndTheFix() throws IOException {
        DjlJars jars = jars("0.32.0", "2.5.1", "2.7.1-0.36.0", "2.7.1-20250812");

        assertThat(jars.mismatch().orElseThrow())
                .contains("expected pytorch-jni 2.7.1-0.32.0")
                .contains("pytorch-engine 0.32.0 needs with libtorch 2.7.1")
                .contains(
                        "found pytorch-jni 2.7.1-0.36.0 (and api 0.32.0, tokenizers 0.21.0-0.32.0)")
                .contains("import ai.djl:bom 0.36.0")
                .contains("pytorch-jni 2.7.1-0.36.0 and pytorch-native-cpu 2.7.1");
    }

    @Test
    void nativeCodeOfAnotherLibtorchIsRefused() throws IOException {
        DjlJars jars = jars("0.32.0", "2.5.1", "2.5.1-0.32.0", "2.7.1-20250812");

        assertThat(jars.mismatch().orElseThrow())
                .contains("expected pytorch-jni 2.7.1-0.32.0")
                .contains("found pytorch-jni 2.5.1-0.32.0");
    }

    @Test
    void anyLibtorchOnTheClassPathMayFit() throws IOException {
        assertThat(
                        jars("0.36.0", "2.7.1", "2.7.1-0.36.0", "2.5.1-20241112", "2.7.1-20250812")
                                .mismatch())
                .isEmpty();
    }

    @Test
    void withoutALibtorchJarTheEnginesDownloadCounts() throws IOException {
        assertThat(jars("0.36.0", "2.7.1", "2.7.1-0.36.0").mismatch()).isEmpty();
        assertThat(jars("0.36.0", "2.7.1", "2.5.1-0.36.0").mismatch().orElseThrow())
                .contains("expected pytorch-jni 2.7.1-0.36.0");
    }

    @Test
    void withoutNativeCodeThereIsNoMismatch() throws IOException {
        assertThat(jars("0.36.0", "2.7.1", null, "2.7.1-20250812").mismatch()).isEmpty();
    }

    /** Makes jars of DJL, each with only the file that has its version. */
    private DjlJars jars(String djl, String downloaded, @Nullable String jni, String... libtorch)
            throws IOException {
        List<URL> jars = new ArrayList<>();
        jars.add(jar("ai/djl/engine/api.properties", "djl_version=" + djl));
        jars.add(
                jar(
                        "pytorch-engine.properties",
                        "djl_version=%s\npytorch_version=%s".formatted(djl, downloaded)));
        jars.add(jar("native/lib/tokenizers.properties", "version=0.21.0-" + djl));
        if (jni != null) {
            jars.add(jar("jnilib/pytorch.properties", "jni_version=" + jni));
        }
        for (String each : libtorch) {
            jars.add(jar("native/lib/pytorch.properties", "version=" + each + "\nflavor=cpu"));
        }
        try (URLClassLoader loader =
                new URLClassLoader(
                        jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            return DjlJars.of(loader);
        }
    }

    private URL jar(String file, String content) throws IOException {
        Path jar = Files.createTempDirectory(folder, "jar");
        Path path = jar.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        return jar.toUri().toURL();
    }
}
