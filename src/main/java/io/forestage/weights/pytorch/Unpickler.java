package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.util.List;

/**
 * Goes through a pickle, which is a program, and builds the plain data that it describes. Nothing
 * is imported or run, and no value is ever compared, hashed or printed, since it may contain
 * itself.
 */
final class Unpickler {

    private static final int OLDEST_PROTOCOL = 2;
    private static final int NEWEST_PROTOCOL = 5;

    private final PickleInput input;
    private final PickleText text;
    private final PickleStack stack;
    private final Memo memo;
    private final Containers containers;
    private final Construction construction;
    private final StorageReferences references;

    private Unpickler(PickleInput input) {
        this.input = input;
        Budget budget = new Budget(input);
        text = new PickleText(input);
        stack = new PickleStack(input, budget);
        memo = new Memo(input);
        containers = new Containers(input, stack);
        construction = new Construction(input, budget);
        references = new StorageReferences(input);
    }

    /** Reads one pickle and stops behind its end. */
    static Pickle read(PickleInput input) throws WeightFileException {
        return new Unpickler(input).read();
    }

    private Pickle read() throws WeightFileException {
        requireProtocol();
        for (Opcode next = nextOpcode(); next != Opcode.STOP; next = nextOpcode()) {
            step(next);
        }
        Value value = stack.pop();
        if (!stack.isEmpty()) {
            throw input.damaged("one value", "more");
        }
        return new Pickle(value, references.storages());
    }

    private Opcode nextOpcode() throws WeightFileException {
        return Opcode.of(input.nextInstruction());
    }

    private void requireProtocol() throws WeightFileException {
        if (nextOpcode() != Opcode.PROTO) {
            throw input.damaged("a pickle that begins with its protocol", "something else");
        }
        protocol();
    }

    private void protocol() throws WeightFileException {
        int protocol = input.nextByte();
        if (protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
            throw input.damaged(
                    "a pickle of protocol %d to %d".formatted(OLDEST_PROTOCOL, NEWEST_PROTOCOL),
                    "protocol " + protocol);
        }
    }

    private void step(Opcode opcode) throws WeightFileException {
        switch (opcode) {
            case PROTO -> protocol();
            case FRAME -> input.requireLeft(input.nextLong());
            case MARK -> stack.mark();
            case POP -> stack.pop();
            case POP_MARK -> stack.popToMark();
            case DUP -> stack.push(stack.peek());
            case BINPUT -> memo.put(input.nextByte(), stack.peek());
            case LONG_BINPUT -> memo.put(Integer.toUnsignedLong(input.nextInt()), stack.peek());
            case MEMOIZE -> memo.putNext(stack.peek());
            case BINGET -> stack.push(memo.get(input.nextByte()));
            case LONG_BINGET -> stack.push(memo.get(Integer.toUnsignedLong(input.nextInt())));
            case BINPERSID -> stack.push(references.resolve(stack.pop()));
            case GLOBAL -> name(text.nextLine(), text.nextLine());
            case STACK_GLOBAL -> name(stack.pop(2));
            case REDUCE -> call(stack.pop(2));
            case NEWOBJ -> stack.push(construction.create(stack.pop(2).get(0)));
            case BUILD -> {
                stack.pop();
                construction.requireAttributes(stack.peek());
            }
            default -> containers.step(opcode);
        }
    }

    private void call(List<Value> functionAndArguments) throws WeightFileException {
        stack.push(construction.call(functionAndArguments.get(0), functionAndArguments.get(1)));
    }

    private void name(List<Value> moduleAndName) throws WeightFileException {
        if (moduleAndName.get(0) instanceof Value.Text module
                && moduleAndName.get(1) instanceof Value.Text name) {
            name(module.text(), name.text());
        } else {
            throw input.damaged("a module's and a class's name", moduleAndName.get(1).kind());
        }
    }

    private void name(String module, String name) throws WeightFileException {
        stack.push(KnownNames.find(input, module, name));
    }
}
