package io.forestage.weights.pytorch;

import io.forestage.support.Quoted;
import io.forestage.weights.ElementType;
import io.forestage.weights.WeightFileException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Interprets a pickle, which is a program, and builds the plain data that it describes. Nothing is
 * imported or run. No value is compared, hashed or printed, since it may contain itself.
 */
final class Unpickler {

    private static final int MIN_PROTOCOL = 2;
    private static final int MAX_PROTOCOL = 5;

    private final PickleInput input;
    private final PickleStack stack;
    private final PickleStack.Memo memo;
    private final PlainValues plain;
    private final Construction construction;
    private final References references;

    private Unpickler(PickleInput input) {
        this.input = input;
        PickleStack.Budget budget = new PickleStack.Budget(input);
        stack = new PickleStack(input, budget);
        memo = new PickleStack.Memo(input);
        plain = new PlainValues(input, stack);
        construction = new Construction(input, budget);
        references = new References(input);
    }

    /** Reads one pickle and stops after its end. */
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
            throw input.damaged("a pickle that starts with its protocol", "another instruction");
        }
        protocol();
    }

    private void protocol() throws WeightFileException {
        int protocol = input.nextByte();
        if (protocol < MIN_PROTOCOL || protocol > MAX_PROTOCOL) {
            throw input.damaged(
                    "a pickle of protocol %d to %d".formatted(MIN_PROTOCOL, MAX_PROTOCOL),
                    "protocol %d".formatted(protocol));
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
            case GLOBAL -> name(input.nextLine(), input.nextLine());
            case STACK_GLOBAL -> name(stack.pop(2));
            case REDUCE -> call(stack.pop(2));
            case NEWOBJ -> stack.push(construction.create(stack.pop(2).get(0)));
            case NEWOBJ_EX -> stack.push(construction.create(stack.pop(3).get(0)));
            case BUILD -> {
                stack.pop();
                construction.requireAttributes(stack.peek());
            }
            default -> plain.step(opcode);
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
            throw input.damaged("the names of a module and a class", moduleAndName.get(1).kind());
        }
    }

    private void name(String module, String name) throws WeightFileException {
        stack.push(KnownGlobals.find(module, name));
    }

    /**
     * The result of a pickle.
     *
     * @param storages every storage to which it refers, whole, by key
     */
    record Pickle(Value value, Map<String, Value.Storage> storages) {}

    /** The storages to which a pickle refers by keys; they lie outside it. */
    private static final class References {

        private final PickleInput input;
        private final Map<String, Value.Storage> storages = new LinkedHashMap<>();

        References(PickleInput input) {
            this.input = input;
        }

        /** Returns each storage whole, by key. */
        Map<String, Value.Storage> storages() {
            return Collections.unmodifiableMap(storages);
        }

        /**
         * Resolves a storage's persistent id: ("storage", class, key, device, count), and before
         * PyTorch 1.6 also None or a view.
         */
        Value.Storage resolve(Value persistentId) throws WeightFileException {
            Construction.Arguments id =
                    new Construction.Arguments(input, "a storage's reference", persistentId, 5, 6);
            String kind = id.get(0, Value.Text.class, "text").text();
            if (!kind.equals("storage")) {
                throw input.problem(
                        "only references to storages",
                        "one to %s".formatted(Quoted.of(kind)),
                        PickleInput.SAVE_STATE_DICT);
            }
            ElementType type = id.get(1, Value.StorageClass.class, "a storage's class").type();
            String key = id.get(2, Value.Text.class, "text as key").text();
            long count = id.number(4, "a storage's length");
            Value.Storage whole = new Value.Storage(key, type, count, 0, count);
            Value.Storage known = storages.putIfAbsent(key, whole);
            if (known != null && !known.equals(whole)) {
                throw input.damaged(
                        "storage %s with %d elements of %s, as before"
                                .formatted(Quoted.of(key), known.count(), known.type()),
                        "%d elements of %s".formatted(count, type));
            }
            return id.count() == 6 ? view(whole, id) : whole;
        }

        private Value.Storage view(Value.Storage whole, Construction.Arguments id)
                throws WeightFileException {
            if (id.get(5, Value.class, "a view") == Value.Opaque.NONE) {
                return whole;
            }
            Value.Tuple tuple = id.get(5, Value.Tuple.class, "a view or None");
            Construction.Arguments view =
                    new Construction.Arguments(input, "a storage's view", tuple, 3, 3);
            long first = view.number(1, "a view's offset");
            long length = view.number(2, "a view's length");
            if (first > whole.count() || length > whole.count() - first) {
                throw input.damaged(
                        "a view within the storage's %d elements".formatted(whole.count()),
                        "%d elements from %d on".formatted(length, first));
            }
            return new Value.Storage(whole.key(), whole.type(), whole.count(), first, length);
        }
    }
}
