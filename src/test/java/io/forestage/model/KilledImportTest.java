package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An import that is killed at any moment leaves the old model or the new one. */
class KilledImportTest {

    private static final int KILLS = 8;

    @TempDir Path temporary;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anImportThatIsKilledOrToldToEndLeavesOneWholeModel(boolean forcibly) throws Exception {
        Path one = TinyModel.write(temporary.resolve("one"), ElementType.F32, "");
        Path other = TinyModel.write(temporary.resolve("other"), ElementType.F64, "");
        Path target = temporary.resolve("models/target");
        new ModelImport(one, target).run(ImportOptions.defaults());
        Files.writeString(target.resolve("notes.txt"), "the user's own");
        Random random = new Random(11);
        for (int i = 0; i < KILLS; i++) {
            Process importing = start(one, other, target);
            try (BufferedReader out = importing.inputReader(StandardCharsets.UTF_8)) {
                assertThat(out.readLine()).isEqualTo("importing");
                Thread.sleep(random.nextInt(60));
                (forcibly ? importing.destroyForcibly() : end(importing)).waitFor();
            }
            ModelVerification verification = ModelVerification.of(target);
            assertThat(verification.recorded()).hasSize(2);
            assertThat(verification.differing()).isEmpty();
            assertThat(ModelConfig.read(target).nEmbd()).isEqualTo(TinyModel.WIDTH);
            assertThat(target.resolve("notes.txt")).hasContent("the user's own");
        }
        new ModelImport(one, target).run(ImportOptions.defaults().withForce());
        try (Stream<Path> left = Files.list(target.getParent())) {
            assertThat(left).as("what killed imports left is removed").containsExactly(target);
        }
    }

    private static Process end(Process process) {
        process.destroy();
        return process;
    }

    private static Process start(Path one, Path other, Path target) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ImportForEver.class.getName(),
                                one.toString(),
                                other.toString(),
                                target.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The program that is killed. */
    static final class ImportForEver {

        private ImportForEver() {}

        public static void main(String[] args) throws IOException {
            Path target = Path.of(args[2]);
            ImportOptions force = ImportOptions.defaults().withForce();
            new ModelImport(Path.of(args[1]), target).run(force);
            System.out.println("importing");
            for (int i = 0; true; i++) {
                new ModelImport(Path.of(args[i % 2]), target).run(force);
            }
        }
    }
}
