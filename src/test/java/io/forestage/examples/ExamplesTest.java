package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The projects in {@code src/examples}. scripts/check-examples builds and runs the Maven project;
 * the Gradle project has to be the same one.
 */
class ExamplesTest {

    private static final Path MAVEN = Path.of("src/examples/maven");
    private static final Path GRADLE = Path.of("src/examples/gradle");

    @Test
    void bothProjectsHaveTheSameSources() throws IOException {
        List<Path> sources = sources(MAVEN);

        assertThat(sources).hasSize(2).isEqualTo(sources(GRADLE));
        for (Path source : sources) {
            assertThat(GRADLE.resolve(source)).hasSameTextualContentAs(MAVEN.resolve(source));
        }
    }

    @Test
    void bothProjectsHaveTheSameDependencies() throws IOException {
        String gradle = Files.readString(GRADLE.resolve("build.gradle"));
        List<String> ofGradle =
                Pattern.compile("(implementation|runtimeOnly) ['\"](.*)['\"]")
                        .matcher(gradle)
                        .results()
                        .map(
                                each ->
                                        each.group(2).replace("$nativeClassifier", "CLASSIFIER")
                                                + (each.group(1).equals("runtimeOnly")
                                                        ? " runtime"
                                                        : ""))
                        .toList();

        assertThat(ofGradle).hasSize(3).isEqualTo(dependencies(MAVEN.resolve("pom.xml")));
        assertThat(gradle)
                .contains("def nativeClassifier = 'linux-x86_64'")
                .contains("mainClass = 'Vectors'");
    }

    @Test
    void theirVersionsAreTheBuilds() throws IOException {
        String build = Files.readString(Path.of("pom.xml"));

        assertThat(dependencies(MAVEN.resolve("pom.xml")))
                .containsExactly(
                        "io.forestage:forestage:" + element(build, "version"),
                        "ai.djl.pytorch:pytorch-native-cpu:%s:CLASSIFIER runtime"
                                .formatted(element(build, "libtorch.version")),
                        "org.slf4j:slf4j-simple:%s runtime"
                                .formatted(element(build, "slf4j.version")));
    }

    @Test
    void thePagesDependenciesHaveTheBuildsVersions() throws IOException {
        String build = Files.readString(Path.of("pom.xml"));
        String langChain4j = "dev.langchain4j:%s:" + element(build, "langchain4j.version");

        assertThat(dependencies(Path.of("src/site/markdown/langchain4j.md")))
                .contains(
                        "io.forestage:forestage:" + element(build, "version"),
                        langChain4j.formatted("langchain4j-core"),
                        langChain4j.formatted("langchain4j"));
        assertThat(dependencies(Path.of("src/site/markdown/spring.md")))
                .contains(
                        "io.forestage:forestage:" + element(build, "version"),
                        "org.springframework.ai:spring-ai-vector-store:"
                                + element(build, "spring-ai.version"));
    }

    private static List<Path> sources(Path project) throws IOException {
        try (Stream<Path> files = Files.walk(project.resolve("src"))) {
            return files.filter(Files::isRegularFile).map(project::relativize).sorted().toList();
        }
    }

    /** Dependencies in Gradle's notation. */
    private static List<String> dependencies(Path file) throws IOException {
        return Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
                .matcher(Files.readString(file))
                .results()
                .map(each -> notation(each.group(1)))
                .toList();
    }

    private static String notation(String dependency) {
        String classifier = dependency.contains("<classifier>") ? ":CLASSIFIER" : "";
        String scope = dependency.contains("<scope>runtime") ? " runtime" : "";
        return "%s:%s:%s%s%s"
                .formatted(
                        element(dependency, "groupId"),
                        element(dependency, "artifactId"),
                        element(dependency, "version"),
                        classifier,
                        scope);
    }

    private static String element(String xml, String name) {
        Matcher matcher = Pattern.compile("<" + name + ">(.*?)</" + name + ">").matcher(xml);
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }
}
