package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PositionIdsTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "left padding,     0 0 1 1 1, 0 0 0 1 2",
        "right padding,    1 1 1 0 0, 0 1 2 0 0",
        "pads in between,  1 0 1 0 1, 0 0 1 0 2",
        "pads all around,  0 1 0 1 0, 0 0 0 1 0",
        "pads alone,       0 0 0 0 0, 0 0 0 0 0",
        "tokens alone,     1 1 1 1 1, 0 1 2 3 4",
    })
    void tokensOfARowCountFromZeroAndPadsAreAtZero(String name, String mask, String expected) {
        NDArray row = manager.create(longs(mask));
        NDArray batch = manager.create(longs("1 1 1 1 1 " + mask), new Shape(2, 5));

        assertThat(positions(PositionIds.fromAttentionMask(row, 5)))
                .as(name)
                .isEqualTo(longs(expected));
        assertThat(positions(PositionIds.fromAttentionMask(batch, 5)))
                .as(name)
                .isEqualTo(batchOf("0 1 2 3 4 " + expected, expected));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT32", "INT64", "BOOLEAN"})
    void aMaskMayBeOfEitherIntegerTypeOrBoolean(DataType type) {
        NDArray mask = manager.create(longs("0 1 1 1 1 0"), new Shape(2, 3)).toType(type, false);

        PositionIds positions = PositionIds.fromAttentionMask(mask, 3);

        assertThat(positions(positions)).isEqualTo(longs("0 0 1 0 1 0"));
        assertThat(positions.toArray(manager).getShape()).isEqualTo(new Shape(2, 3));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT32", "INT64", "BOOLEAN"})
    void anEmptyMaskGivesNoPositions(DataType type) {
        NDArray mask = manager.zeros(new Shape(2, 0), type);

        assertThat(PositionIds.fromAttentionMask(mask, 0).toArray(manager).getShape())
                .isEqualTo(new Shape(2, 0));
    }

    @Test
    void positionsOnTheHostAreOneRunIfEveryRowHasTheSame() {
        Shape shape = new Shape(2, 3);

        assertThat(PositionIds.of(new long[] {4, 5, 6, 4, 5, 6}, shape))
                .isEqualTo(PositionIds.range(4, 3));
        assertThat(positions(PositionIds.of(new long[] {0, 1, 2, 0, 0, 1}, shape)))
                .isEqualTo(longs("0 1 2 0 0 1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.of(new long[] {1, 2}, shape))
                .withMessage("position ids: expected the 6 values of shape (2, 3), found 2");
    }

    @Test
    void aMaskOfRankThreeCountsAlongItsLastAxis() {
        NDArray mask = manager.create(longs("0 1 1 1 1 0 1 1"), new Shape(2, 2, 2));

        PositionIds positions = PositionIds.fromAttentionMask(mask, 2);

        assertThat(positions(positions)).isEqualTo(longs("0 0 0 1 0 0 0 1"));
        assertThat(positions.toArray(manager).getShape()).isEqualTo(new Shape(2, 2, 2));
    }

    @Test
    void aMaskWithACachedPastGivesPositionsOfItsLastColumns() {
        NDArray mask = manager.create(longs("0 0 1 1 1 1 1 1 1 0"), new Shape(2, 5));

        assertThat(positions(PositionIds.fromAttentionMask(mask, 2))).isEqualTo(longs("1 2 3 0"));
        assertThat(PositionIds.fromAttentionMask(mask, 0).toArray(manager).getShape())
                .isEqualTo(new Shape(2, 0));
    }

    @Test
    void rowsWithTheSameConsecutivePositionsAreARange() {
        NDArray mask = manager.create(longs("0 1 1 1 0 1 1 1"), new Shape(2, 4));

        assertThat(PositionIds.fromAttentionMask(mask, 2)).isEqualTo(PositionIds.range(1, 2));
    }

    @Test
    void aWrongMaskIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.fromAttentionMask(manager.create(longs("1 2")), 2))
                .withMessage(
                        "attention mask: found 2 at [1], expected 0 to 1: 0 marks a pad, 1 a"
                                + " token");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.fromAttentionMask(manager.create(longs("1 1")), 3))
                .withMessageContaining("expected a last dimension of at least 3")
                .withMessageContaining("found shape (2)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.fromAttentionMask(manager.create(1L), 1))
                .withMessageContaining("found shape ()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.fromAttentionMask(manager.create(new float[] {1}), 1))
                .withMessageContaining("attention mask: expected int32 or int64, found float32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.fromAttentionMask(manager.create(longs("1 1")), -1))
                .withMessage("length: expected a number of tokens, at least 0, found -1");
    }

    @ParameterizedTest
    @CsvSource({
        "one separator,            7 8 9 7 7, 0 1 2 0 1",
        "a separator at the start, 9 7 7 7 7, 0 0 1 2 3",
        "two in a row,             7 9 9 7 7, 0 1 0 0 1",
        "one at the end,           7 7 7 7 9, 0 1 2 3 4",
        "none,                     7 8 7 8 7, 0 1 2 3 4",
        "separators alone,         9 9 9 9 9, 0 0 0 0 0",
    })
    void packedTextsRestartAfterEachSeparator(String name, String ids, String expected) {
        NDArray row = manager.create(longs(ids));
        NDArray batch = manager.create(longs("7 7 7 7 9 " + ids), new Shape(2, 5));

        assertThat(positions(PositionIds.packed(row, 9))).as(name).isEqualTo(longs(expected));
        assertThat(positions(PositionIds.packed(batch.toType(DataType.INT32, false), 9)))
                .as("%s: a row starts at 0, whatever the end of the previous row", name)
                .isEqualTo(batchOf("0 1 2 3 4 " + expected, expected));
    }

    @ParameterizedTest
    @CsvSource({
        "on the left,           9 9 7 9 7 7, 0 0 1 1 1 1, 0 0 0 1 0 1",
        "on the right,          7 9 7 7 9 9, 1 1 1 1 0 0, 0 1 0 1 0 0",
        "in between,            7 7 9 7 9 7, 1 1 0 1 1 1, 0 1 0 2 3 0",
        "with other pads' ids,  5 5 7 9 7 7, 0 0 1 1 1 1, 0 0 0 1 0 1",
        "and nothing else,      9 9 9 9 9 9, 0 0 0 0 0 0, 0 0 0 0 0 0",
        "not at all,            7 9 7 7 9 7, 1 1 1 1 1 1, 0 1 0 1 2 0",
    })
    void aPadStartsNoTextThoughItBearsTheSeparatorsId(
            String name, String ids, String mask, String expected) {
        NDArray tokenIds = manager.create(longs(ids), new Shape(1, 6));
        NDArray attentionMask = manager.create(longs(mask), new Shape(1, 6));

        assertThat(positions(PositionIds.packed(tokenIds, 9, attentionMask)))
                .as(name)
                .isEqualTo(longs(expected));
        assertThat(positions(PositionIds.packed(tokenIds, 1000, attentionMask)))
                .as("without a separator the mask alone decides")
                .isEqualTo(positions(PositionIds.fromAttentionMask(attentionMask, 6)));
    }

    @Test
    void rowsWithoutARestartAreARange() {
        NDArray ids = manager.create(longs("7 8 9 5 5 5"), new Shape(2, 3));

        assertThat(PositionIds.packed(ids, 9)).isEqualTo(PositionIds.range(0, 3));
    }

    @Test
    void packedRowsKeepTheirShape() {
        NDArray ids = manager.create(longs("9 7 7 9 7 7 7 7"), new Shape(2, 2, 2));

        PositionIds positions = PositionIds.packed(ids, 9);

        assertThat(positions(positions)).isEqualTo(longs("0 0 0 1 0 1 0 1"));
        assertThat(positions.toArray(manager).getShape()).isEqualTo(new Shape(2, 2, 2));
        assertThat(
                        PositionIds.packed(manager.create(new long[0], new Shape(3, 0)), 9)
                                .toArray(manager)
                                .getShape())
                .isEqualTo(new Shape(3, 0));
    }

    @Test
    void wrongPackedInputsAreRefused() {
        NDArray ids = manager.create(longs("7 9"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.packed(manager.create(7L), 9))
                .withMessage("token ids: expected shape (T) or (B, T), found a scalar");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.packed(manager.create(new float[] {7}), 9))
                .withMessageContaining("token ids: expected int32 or int64, found float32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.packed(ids, -1))
                .withMessage("endOfText: expected a token id, at least 0, found -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.packed(ids, 9, manager.create(longs("1 1 1"))))
                .withMessage("attention mask: expected the shape of the token ids, (2), found (3)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PositionIds.packed(ids, 9, manager.create(longs("1 3"))))
                .withMessageContaining("attention mask: found 3 at [1]");
    }

    /** Adds a row: a batch whose rows are all 0, 1, … would become one range. */
    private static long[] batchOf(String rows, String lastRow) {
        return lastRow.equals("0 1 2 3 4") ? longs(lastRow) : longs(rows);
    }

    private long[] positions(PositionIds positionIds) {
        return positionIds.toArray(manager).toLongArray();
    }

    private static long[] longs(String values) {
        return Arrays.stream(values.split(" ")).mapToLong(Long::parseLong).toArray();
    }
}
