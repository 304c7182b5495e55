package io.forestage.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Pictures as files: what is in them, and where. */
class PictureFileTest {

    @TempDir Path temporary;

    @BeforeAll
    static void withoutAScreen() {
        System.setProperty("java.awt.headless", "true");
    }

    @Test
    void aHeatMapHasItsColours() throws IOException {
        double[][] values = {{1, -1}, {0, 1}};
        BufferedImage image =
                png(new HeatMap("title", "row", "column", values, List.of("a", "b"), 1));

        assertThat(image.getWidth()).isEqualTo(900);
        assertThat(image.getHeight()).isEqualTo(600);
        // Near the corners of the cells, beside their numbers.
        assertThat(colors(image)).contains(0xa63603, 0x083c7d, 0xffffff);
    }

    @Test
    void aPictureBesideAnotherIsOnItsRight() throws IOException {
        HeatMap low = new HeatMap("t", "r", "c", new double[][] {{-1}}, List.of(), 1);
        HeatMap high = new HeatMap("t", "r", "c", new double[][] {{1}}, List.of(), 1);

        BufferedImage image = png(low.beside(high));

        assertThat(image.getWidth()).isEqualTo(1800);
        assertThat(image.getRGB(450, 300) & 0xffffff).isEqualTo(0x083c7d);
        assertThat(image.getRGB(1350, 300) & 0xffffff).isEqualTo(0xa63603);
    }

    @Test
    void aSvgHasItsTextAsText() throws Exception {
        Path file = temporary.resolve("map.svg");
        List<String> words = List.of("one", "<two> & \"", "thr\u00e9e");
        PrincipalAxes axes = PrincipalAxes.of(new double[][] {{0, 1}, {2, 0}, {0, 3}});
        new PictureFile(file).write(new WordMap("a map", words, axes));

        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Document svg = factory.newDocumentBuilder().parse(file.toFile());
        assertThat(svg.getDocumentElement().getAttribute("width")).isEqualTo("900");
        assertThat(texts(svg)).contains("a map").containsAll(words);
    }

    @Test
    void theSameMapHasTheSameBytes() throws IOException {
        PrincipalAxes axes = PrincipalAxes.of(new double[][] {{0, 1}, {2, 0}, {0, 3}});
        WordMap map = new WordMap("a map", List.of("a", "b", "c"), axes);
        Path one = temporary.resolve("one.svg");
        Path other = temporary.resolve("other.svg");
        new PictureFile(one).write(map);
        new PictureFile(other).write(map);
        assertThat(one).hasSameBinaryContentAs(other);
    }

    @Test
    void manyNamesInOnePlaceAreAllWritten() throws IOException {
        List<String> words = IntStream.range(0, 120).mapToObj(i -> "word" + i).toList();
        double[][] points = new double[120][2];
        Path file = temporary.resolve("map.svg");
        new PictureFile(file)
                .write(new WordMap("t", words, new PrincipalAxes(points, new double[] {1, 0})));
        String svg = Files.readString(file);
        assertThat(words).allMatch(word -> svg.contains(">" + word + "<"));
    }

    @Test
    void chartsOfATableAreDrawn() throws IOException {
        double[] norms = {0, 1, 1.5, 2};
        Picture both =
                TableCharts.histogram("norms", norms)
                        .beside(TableCharts.spectrum("spectrum", new double[] {0.7, 0.3, 0}));
        assertThat(colors(png(both))).contains(0x6baed6, 0xd95f02);
        png(TableCharts.histogram("norms", new double[] {0}));
        png(TableCharts.spectrum("spectrum", new double[] {0}));
    }

    @Test
    void anotherEndOfTheNameIsRefused() {
        assertThatThrownBy(() -> new PictureFile(Path.of("picture.gif")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "picture.gif: expected a file name that ends with .png or .svg; name the"
                                + " picture so");
    }

    @Test
    void numbersOfAnAxisAreRound() {
        assertThat(Ticks.of(1024, 8)).containsExactly(0, 200, 400, 600, 800, 1000);
        assertThat(Ticks.of(3, 8)).containsExactly(0, 1, 2);
        assertThat(Ticks.step(7.3, 10)).isEqualTo(1);
        assertThat(Ticks.between(-0.9, 1.1, 0.5)).containsExactly(-0.5, 0.0, 0.5, 1.0);
        assertThat(Lettering.number(-0.5)).isEqualTo("-0.5");
        assertThat(Lettering.number(0.691)).isEqualTo("0.691");
        assertThat(Lettering.number(2000)).isEqualTo("2000");
    }

    private BufferedImage png(Picture picture) throws IOException {
        Path file = temporary.resolve("picture.png");
        new PictureFile(file).write(picture);
        return ImageIO.read(file.toFile());
    }

    private static List<Integer> colors(BufferedImage image) {
        return IntStream.of(
                        image.getRGB(
                                0,
                                0,
                                image.getWidth(),
                                image.getHeight(),
                                null,
                                0,
                                image.getWidth()))
                .map(color -> color & 0xffffff)
                .distinct()
                .boxed()
                .toList();
    }

    private static List<String> texts(Document svg) {
        NodeList texts = svg.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
    }
}
