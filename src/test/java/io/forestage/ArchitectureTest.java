package io.forestage;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.VocabularyFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the rooms that {@code package-info.java} of the root draws. */
class ArchitectureTest {

    private static final String ROOT = "io.forestage";

    /** Every room may use it. */
    private static final String SUPPORT = "support";

    private static final long MAX_FILES = 30;

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(ROOT);

    @Test
    void weightsKnowsOnlyTheJdkAndGson() {
        roomKnowsOnly("weights");
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".weights..")
                .should()
                .dependOnClassesThat(
                        not(
                                resideInAnyPackage(
                                        ROOT + ".weights..",
                                        packageOf(SUPPORT),
                                        "java..",
                                        "com.google.gson..",
                                        "org.jspecify..",
                                        "com.google.errorprone.annotations..")))
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @Test
    void supportKnowsOnlyTheJdkAndGson() {
        noClasses()
                .that()
                .resideInAPackage(packageOf(SUPPORT))
                .should()
                .dependOnClassesThat(
                        not(
                                resideInAnyPackage(
                                        packageOf(SUPPORT),
                                        "java..",
                                        "com.google.gson..",
                                        "org.jspecify..",
                                        "com.google.errorprone.annotations..")))
                .check(PRODUCT);
    }

    @Test
    void eachFormatKnowsOnlyWhatTensorsAre() {
        roomKnowsOnly("weights.safetensors", "weights", "weights.files");
        roomKnowsOnly("weights.pytorch", "weights", "weights.zip");
        roomKnowsOnly("weights.tensorflow", "weights");
        roomKnowsOnly("weights.numpy", "weights", "weights.files", "weights.zip");
        roomKnowsOnly("weights.gguf", "weights");
        roomKnowsOnly("weights.llmc", "weights");
        roomKnowsOnly("weights.words", "weights", "weights.files");
    }

    @Test
    void zipKnowsOnlyWhatBytesAre() {
        roomKnowsOnly("weights.zip", "weights", "weights.files");
    }

    @Test
    void ourOwnFilesKnowNoFormat() {
        roomKnowsOnly("weights.files", "weights");
    }

    @Test
    void aCheckpointIsOfAnyFormat() {
        roomKnowsOnly(
                "weights.checkpoint",
                "weights",
                "weights.safetensors",
                "weights.pytorch",
                "weights.tensorflow",
                "weights.numpy",
                "weights.gguf",
                "weights.llmc");
    }

    @Test
    void theHubDownloadKnowsOnlyWeightFiles() {
        roomKnowsOnly(
                "hub", "weights", "weights.checkpoint", "weights.files", "weights.safetensors");
    }

    @Test
    void aModelOfTheHubIsFetchedAndThenImported() {
        roomKnowsOnly("hub.cache", "hub", "model", "weights", "weights.files");
    }

    @Test
    void aCorpusStandsOnTheFrontDoor() {
        roomKnowsOnly(
                "corpus",
                "",
                "model",
                "nn",
                "tokens",
                "weights",
                "weights.files",
                "weights.numpy",
                "weights.safetensors");
        knownOnlyTo("corpus", "org.apache.parquet..");
    }

    @Test
    void eachFrameworkIsKnownToItsOwnRoomAlone() {
        roomKnowsOnly("langchain4j", "", "model");
        roomKnowsOnly("spring", "", "hub.cache", "model", "tokens");
        roomKnowsOnly("spark", "", "corpus", "model", "spark.column", "tokens", "weights.files");
        roomKnowsOnly("spark.skipgram", "spark.column", "tokens", "training.skipgram", "words");
        roomKnowsOnly("spark.column");
        onlyRoomsOf("spark", "column");
        knownOnlyTo("langchain4j", "dev.langchain4j..");
        for (String library : List.of("org.apache.spark..", "org.apache.hadoop..", "scala..")) {
            knownOnlyTo("spark..", library);
        }
        knownOnlyTo("spring", "org.springframework..");
    }

    @Test
    void whereNativeCodeLiesKnowsOnlyWhatIsOursOnADisk() {
        roomKnowsOnly("natives", "weights.files");
    }

    @Test
    void tokensAndTorchKnowWhereNativeCodeLies() {
        roomKnowsOnly("tokens", "natives", "tokens.bpe", "tokens.files");
        roomKnowsOnly("torch", "natives");
    }

    @Test
    void theRoomsOfTokensAreForItAlone() {
        roomKnowsOnly("tokens.bpe");
        roomKnowsOnly("tokens.files", "tokens", "tokens.bpe");
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".tokens.files")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(ROOT + ".tokens")
                                .and(not(type(TokenizerFileException.class)))
                                .and(not(type(VocabularyFiles.class))))
                .check(PRODUCT);
        onlyRoomsOf("tokens", "bpe", "files");
    }

    @Test
    void nnKnowsOnlyTorch() {
        roomKnowsOnly("nn", "torch");
    }

    @Test
    void optimisersKnowOnlyTorch() {
        roomKnowsOnly("optim", "torch");
    }

    @Test
    void aModelOnDiskKnowsTokensWeightsAndBlocks() {
        roomKnowsOnly(
                "model",
                "nn",
                "tokens",
                "torch",
                "weights",
                "weights.checkpoint",
                "weights.files",
                "weights.gguf",
                "weights.numpy",
                "weights.safetensors");
    }

    @Test
    void theFrontDoorKnowsModelsTokensAndBlocks() {
        roomKnowsOnly(
                "",
                "hub.cache",
                "model",
                "nn",
                "tokens",
                "torch",
                "weights",
                "weights.numpy",
                "weights.safetensors");
    }

    @Test
    void pipelineStandsOnTheFrontDoor() {
        roomKnowsOnly("pipeline", "", "model", "tokens", "torch", "weights", "weights.safetensors");
    }

    @Test
    void wordsStandOnTheFrontDoor() {
        roomKnowsOnly(
                "words",
                "",
                "model",
                "tokens",
                "weights",
                "weights.checkpoint",
                "weights.files",
                "weights.words");
    }

    @Test
    void everyTrainingStandsOnWhatAllShare() {
        roomKnowsOnly("training", "torch", "weights");
        roomKnowsOnly("training.text", "tokens");
        roomKnowsOnly(
                "training.session",
                "training",
                "training.text",
                "model",
                "nn",
                "optim",
                "tokens",
                "weights",
                "weights.files",
                "weights.safetensors");
        roomKnowsOnly(
                "training.skipgram",
                "training",
                "training.session",
                "training.text",
                "model",
                "tokens",
                "weights");
        roomKnowsOnly(
                "training.classify",
                "training",
                "training.session",
                "training.text",
                "model",
                "nn",
                "optim",
                "tokens",
                "torch",
                "weights",
                "weights.safetensors");
        roomKnowsOnly(
                "training.lm",
                "training",
                "training.session",
                "training.text",
                "decoder",
                "decoder.attention",
                "model",
                "nn",
                "optim",
                "tokens",
                "torch",
                "weights");
        onlyRoomsOf("training", "session", "text");
    }

    @Test
    void theDecoderStandsOnTheFrontDoorAndCanBeRemoved() {
        roomKnowsOnly(
                "decoder",
                "",
                "decoder.attention",
                "hub.cache",
                "model",
                "nn",
                "tokens",
                "torch",
                "weights",
                "weights.checkpoint");
        roomKnowsOnly("decoder.attention", "torch");
    }

    @Test
    void picturesAreOfTables() {
        roomKnowsOnly(
                "plot",
                "decoder.attention",
                "nn",
                "weights",
                "weights.checkpoint",
                "weights.files");
    }

    @Test
    void theCommandLineKnowsNoBlocks() {
        roomKnowsOnly(
                "cli",
                "",
                "cli.console",
                "cli.corpus",
                "cli.generate",
                "cli.plot",
                "cli.train",
                "cli.words",
                "hub",
                "hub.cache",
                "model",
                "pipeline",
                "tokens",
                "weights",
                "weights.checkpoint",
                "weights.words",
                "words");
        roomKnowsOnly("cli.console", "hub", "model", "tokens", "weights");
        roomKnowsOnly(
                "cli.train",
                "cli.console",
                "decoder.attention",
                "training",
                "training.classify",
                "training.lm",
                "training.skipgram",
                "weights");
        roomKnowsOnly("cli.generate", "cli.console", "decoder");
        roomKnowsOnly("cli.words", "", "cli.console", "model", "tokens", "words");
        roomKnowsOnly(
                "cli.plot",
                "cli.console",
                "cli.words",
                "decoder.attention",
                "model",
                "plot",
                "weights",
                "words");
        onlyRoomsOf("cli", "console", "corpus", "generate", "plot", "train", "words");
        roomKnowsOnly("cli.corpus", "", "cli.console", "corpus", "tokens");
    }

    @Test
    void onlyTorchKnowsThePyTorchEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".torch")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch..")
                .check(PRODUCT);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cli..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(PRODUCT);
    }

    @Test
    void roomsFormNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void noRoomIsLargerThanItsShare() {
        Map<String, Long> files =
                PRODUCT.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .collect(
                                Collectors.groupingBy(
                                        JavaClass::getPackageName, Collectors.counting()));

        files.forEach(
                (room, count) ->
                        assertThat(count)
                                .as("files of %s, package-info among them", room)
                                .isLessThanOrEqualTo(MAX_FILES));
    }

    @Test
    void onlyTheCommandLineKnowsItsLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei..", "org.jline..")
                .check(PRODUCT);
    }

    /** A server's Java may have no java.desktop. */
    @Test
    void onlyPicturesAndThePlotOfACurveDraw() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".plot..")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + ".training.session.CurvePlot")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.knowm..", "org.apache.batik..", "java.awt..", "javax.imageio..")
                .check(PRODUCT);
    }

    private static void knownOnlyTo(String room, String library) {
        noClasses()
                .that()
                .resideOutsideOfPackage(packageOf(room))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(PRODUCT);
    }

    private static void roomKnowsOnly(String room, String... others) {
        String[] allowed =
                Stream.concat(Stream.of(room, SUPPORT), Arrays.stream(others))
                        .map(ArchitectureTest::packageOf)
                        .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(packageOf(room))
                .should()
                .onlyDependOnClassesThat(
                        not(resideInAnyPackage(ROOT + "..")).or(resideInAnyPackage(allowed)))
                .allowEmptyShould(true)
                .check(PRODUCT);
        for (String other : others) {
            assertThat(dependsOn(room, other))
                    .as("an arrow from \"%s\" to \"%s\", which is drawn", room, other)
                    .isTrue();
        }
    }

    /** Holds that nobody outside of a room uses these rooms in it. */
    private static void onlyRoomsOf(String room, String... inside) {
        noClasses()
                .that()
                .resideOutsideOfPackage(packageOf(room) + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Arrays.stream(inside)
                                .map(name -> packageOf(room) + "." + name)
                                .toArray(String[]::new))
                .check(PRODUCT);
    }

    private static boolean dependsOn(String room, String other) {
        return PRODUCT.stream()
                .filter(type -> type.getPackageName().equals(packageOf(room)))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .anyMatch(
                        arrow -> arrow.getTargetClass().getPackageName().equals(packageOf(other)));
    }

    private static String packageOf(String room) {
        return room.isEmpty() ? ROOT : ROOT + "." + room;
    }
}
