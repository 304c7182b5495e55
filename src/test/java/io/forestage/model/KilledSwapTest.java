package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.forestage.testing.OtherUser;
import io.forestage.testing.Pipes;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What killed imports leave beside a model, and other people's files under such names. */
class KilledSwapTest {

    private static final String LEFT = ".target-new-0123abcd";

    @TempDir Path temporary;

    private Path source;
    private Path target;

    @BeforeEach
    void importOnce() throws IOException {
        source = TinyModel.write(temporary.resolve("source"), ElementType.F32, "");
        target = temporary.resolve("models/target");
        new ModelImport(source, target).run(ImportOptions.defaults());
    }

    /** Where a process is killed while it replaces a model, where folders cannot be exchanged. */
    enum Moment {
        BEFORE_THE_FIRST_RENAME,
        BETWEEN_THE_RENAMES,
        AFTER_THE_SECOND
    }

    @ParameterizedTest
    @EnumSource
    void aModelIsThereAfterAKillWhereFoldersCannotBeExchanged(Moment moment) throws Exception {
        Files.writeString(target.resolve("notes.txt"), "the user's own");

        Process process = swapping(moment);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo(moment.name());
        }
        assertThat(process.waitFor()).isEqualTo(Swapping.KILLED);
        assertThat(Files.exists(target)).isEqualTo(moment != Moment.BETWEEN_THE_RENAMES);

        assertThatThrownBy(() -> ModelImport.requireTarget(target, ImportOptions.defaults()))
                .hasMessageContaining("a model is there already");
        assertThat(siblings()).containsExactly(target);
        assertThat(target.resolve("notes.txt")).hasContent("the user's own");
        assertThat(ModelVerification.of(target).differing()).isEmpty();
    }

    @Test
    void anOldModelThatCouldNotBePutBackIsPutBackByTheNextImport() throws IOException {
        try (AtomicFolder swap = AtomicFolder.prepare(target, true, new FailingMoves())) {
            swap.write(TinyModel::write);
            assertThatThrownBy(swap::commit)
                    .hasMessageContaining("the old model cannot be moved back")
                    .hasMessageContaining("-old, and the next import restores it");
        }
        assertThat(target).doesNotExist();

        assertThatThrownBy(() -> ModelImport.requireTarget(target, ImportOptions.defaults()))
                .hasMessageContaining("a model is there already");
        assertThat(siblings()).containsExactly(target);
        assertThat(ModelVerification.of(target).differing()).isEmpty();
    }

    @Test
    void aModelThatTookTheEmptyPlaceIsNotReplacedByTheOldOne() throws IOException {
        Path old = Files.createDirectory(target.resolveSibling(LEFT + "-old"));
        Path made = Files.createDirectory(target.resolveSibling(LEFT));
        Path lock = Files.createFile(target.resolveSibling(LEFT + ".lock"));

        new ModelImport(source, target).run(ImportOptions.defaults().withForce());

        assertThat(siblings()).containsExactlyInAnyOrder(target, old, made, lock);
    }

    @Test
    void aLinkUnderALocksNameIsRefusedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        Files.createSymbolicLink(target.resolveSibling(LEFT + ".lock"), victim);
        assertRefused("found a symbolic link");
        assertThat(victim).hasContent("precious");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeUnderALocksNameIsRefusedAndNotOpened() throws Exception {
        Pipes.make(target.resolveSibling(LEFT + ".lock"));
        assertRefused("found a pipe or a device");
    }

    @Test
    void aLinkUnderAFoldersNameIsNotFollowed() throws IOException {
        Path victim = Files.createDirectory(temporary.resolve("victim"));
        Files.writeString(victim.resolve("file"), "precious");
        Files.createSymbolicLink(target.resolveSibling(LEFT), victim);
        Files.createFile(target.resolveSibling(LEFT + ".lock"));

        new ModelImport(source, target).run(ImportOptions.defaults().withForce());

        assertThat(victim.resolve("file")).hasContent("precious");
        assertThat(siblings()).containsExactly(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {".lock", "-old"})
    void whatAnotherUserHasPutThereIsLeftAlone(String end) throws IOException {
        Path planted = target.resolveSibling(LEFT + end);
        OtherUser.give(Files.createFile(planted));

        new ModelImport(source, target).run(ImportOptions.defaults().withForce());

        assertThat(siblings()).containsExactlyInAnyOrder(target, planted);
    }

    /** As a normal user, or as the superuser without its rights over files. */
    @Test
    void theModeOfAFolderThatMayNotBeWrittenToIsKept() throws Exception {
        Path models = target.getParent();
        Files.createDirectory(target.resolveSibling(LEFT));
        Files.createFile(target.resolveSibling(LEFT + ".lock"));
        Files.setPosixFilePermissions(models, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            List<String> command = new ArrayList<>();
            if (Files.isWritable(models)) {
                assumeThat(Path.of("/usr/bin/setpriv")).as("rights can be given up").exists();
                command.add("setpriv");
                command.add("--bounding-set=-dac_override,-dac_read_search,-fowner");
            }
            command.addAll(java(Importing.class, source.toString(), target.toString()));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(out.readLine()).contains("AccessDenied").contains("target-new");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(models)))
                    .isEqualTo("r-xr-xr-x");
        } finally {
            Files.setPosixFilePermissions(models, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private void assertRefused(String found) {
        assertThatThrownBy(
                        () ->
                                new ModelImport(source, target)
                                        .run(ImportOptions.defaults().withForce()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(LEFT + ".lock")
                .hasMessageContaining(found)
                .hasMessageContaining("remove it");
    }

    private List<Path> siblings() throws IOException {
        try (Stream<Path> entries = Files.list(target.getParent())) {
            return entries.toList();
        }
    }

    private Process swapping(Moment moment) throws IOException {
        return new ProcessBuilder(java(Swapping.class, target.toString(), moment.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** A program that imports. */
    static final class Importing {

        private Importing() {}

        public static void main(String[] args) {
            try {
                new ModelImport(Path.of(args[0]), Path.of(args[1]))
                        .run(ImportOptions.defaults().withForce());
                System.out.println("imported");
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }

    /** A program that writes a model where renameat2 fails with EINVAL, and is killed meanwhile. */
    static final class Swapping {

        static final int KILLED = 137;

        private Swapping() {}

        public static void main(String[] args) throws IOException {
            Path target = Path.of(args[0]);
            Moment moment = Moment.valueOf(args[1]);
            AtomicFolder swap = AtomicFolder.prepare(target, true, new DyingMoves(moment));
            swap.write(TinyModel::write);
            swap.commit();
        }

        static void die(Moment moment) {
            System.out.println(moment);
            System.out.flush();
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** Moves that fail after the first. */
    private static final class FailingMoves implements AtomicFolder.Moves {

        private boolean isBroken;

        @Override
        public boolean exchange(Path one, Path other) {
            return false;
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            if (isBroken) {
                throw new IOException("Input/output error");
            }
            AtomicFolder.Moves.super.move(from, to);
            isBroken = true;
        }
    }

    /** Moves without an exchange, during which the process ends. */
    private static final class DyingMoves implements AtomicFolder.Moves {

        private final Moment moment;
        private int moves;

        DyingMoves(Moment moment) {
            this.moment = moment;
        }

        @Override
        public boolean exchange(Path one, Path other) {
            dieAt(Moment.BEFORE_THE_FIRST_RENAME);
            return false;
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            AtomicFolder.Moves.super.move(from, to);
            moves++;
            dieAt(moves == 1 ? Moment.BETWEEN_THE_RENAMES : Moment.AFTER_THE_SECOND);
        }

        private void dieAt(Moment now) {
            if (now == moment) {
                Swapping.die(moment);
            }
        }
    }
}
