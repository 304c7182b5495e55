package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.WeightFileException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Runs the instructions that build plain data: numbers, text, tuples, lists, dicts and sets. */
final class PlainValues {

    /** Seeds and hashes have some tens of bytes. */
    private static final int MAX_NUMBER_BYTES = 1 << 10;

    private final PickleInput input;
    private final PickleStack stack;

    PlainValues(PickleInput input, PickleStack stack) {
        this.input = input;
        this.stack = stack;
    }

    /** Runs an instruction: changes a container, or pushes the instruction's own value. */
    void step(Opcode opcode) throws WeightFileException {
        switch (opcode) {
            case EMPTY_TUPLE -> stack.push(new Value.Tuple(List.of()));
            case TUPLE -> stack.push(new Value.Tuple(stack.popToMark()));
            case TUPLE1 -> stack.push(new Value.Tuple(stack.pop(1)));
            case TUPLE2 -> stack.push(new Value.Tuple(stack.pop(2)));
            case TUPLE3 -> stack.push(new Value.Tuple(stack.pop(3)));
            case EMPTY_LIST -> stack.push(new Value.Items(new ArrayList<>()));
            case APPEND -> append(stack.pop(1));
            case APPENDS -> append(stack.popToMark());
            case EMPTY_DICT -> stack.push(new Value.Dict(new ArrayList<>()));
            case SETITEM -> set(stack.pop(2));
            case SETITEMS -> set(stack.popToMark());
            case EMPTY_SET -> stack.push(Value.Opaque.SET);
            case ADDITEMS -> {
                stack.popToMark();
                requireSet();
            }
            case FROZENSET -> {
                stack.popToMark();
                stack.push(Value.Opaque.SET);
            }
            default -> stack.push(literal(opcode));
        }
    }

    private void append(List<Value> items) throws WeightFileException {
        if (stack.peek() == Value.Opaque.OBJECT) {
            return; // the items of a list of an unknown class
        }
        if (!(stack.peek() instanceof Value.Items list)) {
            throw input.damaged("a list to append to", stack.peek().kind());
        }
        list.items().addAll(items);
    }

    private void set(List<Value> keysAndValues) throws WeightFileException {
        if (stack.peek() == Value.Opaque.OBJECT) {
            return; // the items of a dict of an unknown class
        }
        if (!(stack.peek() instanceof Value.Dict dict)) {
            throw input.damaged("a dict to set items of", stack.peek().kind());
        }
        if (keysAndValues.size() % 2 != 0) {
            throw input.damaged(
                    "a value for each key", "%d keys and values".formatted(keysAndValues.size()));
        }
        dict.keysAndValues().addAll(keysAndValues);
    }

    private void requireSet() throws WeightFileException {
        if (stack.peek() != Value.Opaque.SET && stack.peek() != Value.Opaque.OBJECT) {
            throw input.damaged("a set to add to", stack.peek().kind());
        }
    }

    /** Reads the value that an instruction contains. */
    private Value literal(Opcode opcode) throws WeightFileException {
        return switch (opcode) {
            case NONE -> Value.Opaque.NONE;
            case NEWTRUE, NEWFALSE -> Value.Opaque.BOOL;
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
        return new Value.Text(input.nextText(length));
    }

    private Value.Opaque skipped(long length, Value.Opaque kind) throws WeightFileException {
        input.skip(length);
        return kind;
    }

    /** Reads a line of text, as Python 2 writes booleans and numbers beyond 32 bits. */
    private Value line() throws WeightFileException {
        String line = input.nextLine();
        if (line.equals("00") || line.equals("01")) {
            return Value.Opaque.BOOL;
        }
        try {
            return new Value.Whole(Long.parseLong(line));
        } catch (NumberFormatException noNumber) {
            throw input.damaged("a number of at most 64 bits", Quoted.of(line));
        }
    }

    private Value number(int length) throws WeightFileException {
        if (length < 0 || length > MAX_NUMBER_BYTES) {
            throw input.damaged(
                    "a number of at most %d bytes".formatted(MAX_NUMBER_BYTES),
                    "one of %s bytes".formatted(Integer.toUnsignedString(length)));
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
