package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.WeightFileException;
import java.math.BigInteger;

/** The instructions that carry their value in themselves. */
final class Literals {

    /** Seeds and hashes take some tens of bytes. */
    private static final int LONGEST_NUMBER = 1 << 10;

    private final PickleInput input;
    private final PickleText text;

    Literals(PickleInput input) {
        this.input = input;
        text = new PickleText(input);
    }

    Value read(Opcode opcode) throws WeightFileException {
        return switch (opcode) {
            case NONE -> Value.Opaque.NONE;
            case NEWTRUE, NEWFALSE -> Value.Opaque.TRUTH;
            case BININT -> new Value.Whole(input.nextInt());
            case BININT1 -> new Value.Whole(input.nextByte());
            case BININT2 -> new Value.Whole(input.nextShort());
            case INT -> line();
            case LONG1 -> number(input.nextByte());
            case LONG4 -> number(input.nextInt());
            case BINFLOAT -> skipped(Double.BYTES, Value.Opaque.FLOAT);
            case SHORT_BINSTRING, SHORT_BINUNICODE -> text(input.nextByte());
            case BINSTRING -> text(input.nextInt());
            case BINUNICODE -> text(Integer.toUnsignedLong(input.nextInt()));
            case BINUNICODE8 -> text(input.nextLong());
            case SHORT_BINBYTES -> skipped(input.nextByte(), Value.Opaque.BYTES);
            case BINBYTES -> skipped(Integer.toUnsignedLong(input.nextInt()), Value.Opaque.BYTES);
            case BINBYTES8, BYTEARRAY8 -> skipped(input.nextLong(), Value.Opaque.BYTES);
            default ->
                    throw input.problem(
                            "the instructions that torch.save writes",
                            opcode == Opcode.UNKNOWN ? "an unknown one" : opcode.name(),
                            PickleInput.SAVE_STATE_DICT);
        };
    }

    private Value.Text text(long length) throws WeightFileException {
        return new Value.Text(text.next(length));
    }

    private Value.Opaque skipped(long length, Value.Opaque kind) throws WeightFileException {
        input.skip(length);
        return kind;
    }

    /** Python 2 wrote its truth values and its numbers beyond 32 bits as lines of text. */
    private Value line() throws WeightFileException {
        String line = text.nextLine();
        if (line.equals("00") || line.equals("01")) {
            return Value.Opaque.TRUTH;
        }
        try {
            return new Value.Whole(Long.parseLong(line));
        } catch (NumberFormatException noNumber) {
            throw input.damaged("a number of at most 64 bits", Quoted.of(line));
        }
    }

    private Value number(int length) throws WeightFileException {
        if (length < 0 || length > LONGEST_NUMBER) {
            throw input.damaged(
                    "a number of at most %d bytes".formatted(LONGEST_NUMBER),
                    "one of " + Integer.toUnsignedString(length));
        }
        byte[] bytes = input.nextBytes(length);
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = bytes[length - 1 - i];
        }
        BigInteger number = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return number.bitLength() < Long.SIZE
                ? new Value.Whole(number.longValue())
                : new Value.Huge(number);
    }
}
