package io.forestage.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.OtherUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheChoiceTest {

    @TempDir Path folder;

    private Path home;
    private Path temporary;
    private Path own;

    @BeforeEach
    void make() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setAttribute(temporary, "unix:mode", 01777);
        own = temporary.resolve("forestage-native-" + CacheFolder.user());
    }

    @Test
    void aHomeIsUsedAndItsCacheMadePrivate() throws IOException {
        assertThat(choice(null, null, home).replacement()).isNull();
        assertThat(mode(home.resolve(".djl.ai"))).isEqualTo("rwx------");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void withoutAHomeAPrivateFolderIsCreatedAndReused() throws IOException {
        Path absent = folder.resolve("absent");
        assertThat(choice(null, null, absent).replacement()).isEqualTo(own);
        assertThat(mode(own)).isEqualTo("rwx------");
        assertThat(choice(null, null, absent).replacement()).isEqualTo(own);
        assertThat(absent).doesNotExist();
    }

    @Test
    void aHomeInWhichAllMayReplaceTheCacheIsNotUsed() throws IOException {
        Files.setAttribute(home, "unix:mode", 0777);
        assertThat(choice(null, null, home).replacement()).isEqualTo(own);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aConfiguredFolderIsUsed() throws IOException {
        assertThat(choice(folder.resolve("engines"), null, home).replacement()).isNull();
        assertThat(choice(null, folder.resolve("a/all"), home).replacement()).isNull();
        assertThat(mode(folder.resolve("engines"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("a/all"))).isEqualTo("rwx------");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void anUncreatableFolderForAllIsReplaced() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(choice(null, file.resolve("cache"), home).replacement()).isEqualTo(own);
        assertThatThrownBy(() -> choice(file.resolve("cache"), null, home).replacement())
                .hasMessageContaining("expected a folder that you can create and write to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxr-xrwx", "rwx----w-"})
    void aFolderThatOthersMayWriteToIsRefused(String mode) throws IOException {
        for (Path cache : List.of(home.resolve(".djl.ai"), own, folder.resolve("set"))) {
            Files.createDirectory(cache);
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(mode));
        }
        assertRefused(choice(null, null, home), home.resolve(".djl.ai"), mode);
        assertRefused(choice(null, null, folder.resolve("absent")), own, mode);
        assertRefused(choice(null, folder.resolve("set"), home), folder.resolve("set"), mode);
        assertRefused(choice(folder.resolve("set"), null, home), folder.resolve("set"), mode);
    }

    @Test
    void anEnginesFolderThatOthersMayWriteToIsRefused() throws IOException {
        Path engine = Files.createDirectories(home.resolve(".djl.ai/pytorch"));
        Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused(choice(null, null, home), engine, "rwxrwxrwx");
    }

    @ParameterizedTest
    @ValueSource(strings = {".djl.ai", ".djl.ai/pytorch"})
    void aFolderOfAnotherUserIsRefused(String name) throws IOException {
        Path given = OtherUser.give(Files.createDirectories(home.resolve(name)));
        assertRefused(choice(null, null, home), given, "a folder of another user");
    }

    @Test
    void aPlantedTemporaryFolderIsRefused() throws IOException {
        OtherUser.give(Files.createDirectory(own));
        assertRefused(
                choice(null, null, folder.resolve("absent")), own, "a folder of another user");
    }

    @Test
    void onlyLinksOfThisUserAreFollowed() throws IOException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        Path link = Files.createSymbolicLink(home.resolve(".djl.ai"), cache);
        assertThat(choice(null, null, home).replacement()).isNull();
        OtherUser.give(link);
        assertRefused(choice(null, null, home), link, "a folder of another user");
    }

    /** A process without a writable home, and a folder that another user has left for it. */
    @Test
    void nativeCodeIsNotLoadedFromDjlsTemporaryFolder() throws Exception {
        Path planted = Files.createDirectory(temporary.resolve(".djl.ai"));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Duser.home=" + folder.resolve("absent"),
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Tokenizing.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo(own.toString());
        }
        assertThat(own.resolve("tokenizers")).isNotEmptyDirectory();
        assertThat(planted).isEmptyDirectory();
    }

    private NativeCache.CacheChoice choice(
            @Nullable Path engines, @Nullable Path all, Path inHome) {
        return new NativeCache.CacheChoice(engines, all, inHome, temporary);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void assertRefused(NativeCache.CacheChoice choice, Path place, String found) {
        assertThatThrownBy(choice::replacement)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(place + ", where DJL unpacks native code")
                .hasMessageContaining("found " + found)
                .hasMessageContaining("set DJL_CACHE_DIR");
    }

    /** A program that loads the smaller of the two native libraries. */
    static final class Tokenizing {

        private Tokenizing() {}

        public static void main(String[] args) {
            NativeCache.requirePrivate();
            ai.djl.huggingface.tokenizers.jni.LibUtils.checkStatus();
            System.out.println(ai.djl.util.Utils.getEngineCacheDir());
        }
    }
}
