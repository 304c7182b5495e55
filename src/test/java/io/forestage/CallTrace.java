package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.LocatableEvent;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.event.MethodExitEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.EventRequestManager;
import com.sun.jdi.request.MethodEntryRequest;
import com.sun.jdi.request.MethodExitRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The own classes that a piece of a program passes, and the moves between them, as the JDK's
 * debugger interface sees them in a Java of its own. A nested class counts as the class around it.
 *
 * @param entered the methods entered, by class
 * @param moves the calls from one class into another, by the two classes
 */
record CallTrace(Map<String, Integer> entered, Map<String, Integer> moves) {

    private static final String OWN = "io.forestage.";

    /** What the program calls before and after the piece. */
    static final class Marks {

        private Marks() {}

        static void begin() {}

        static void end() {}
    }

    /** Runs a program and traces the thread that calls {@link Marks}. */
    static CallTrace of(Class<?> program, String arguments) throws Exception {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> launch = connector.defaultArguments();
        option(launch, "main").setValue(program.getName() + " " + arguments);
        option(launch, "options")
                .setValue(
                        "-XX:TieredStopAtLevel=1 -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -cp \"%s\""
                                .formatted(System.getProperty("java.class.path")));
        VirtualMachine machine = connector.launch(launch);
        CallTrace trace = new CallTrace(new TreeMap<>(), new TreeMap<>());
        trace.follow(machine);
        assertThat(machine.process().waitFor()).as(() -> errors(machine)).isZero();
        return trace;
    }

    private static Connector.Argument option(Map<String, Connector.Argument> launch, String name) {
        return Objects.requireNonNull(launch.get(name), name);
    }

    int moveCount() {
        return moves.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return "%d classes, %d moves%n%s%n%s"
                .formatted(entered.size(), moveCount(), lines(entered), lines(moves));
    }

    private void follow(VirtualMachine machine) throws Exception {
        EventRequestManager requests = machine.eventRequestManager();
        ClassPrepareRequest marks = requests.createClassPrepareRequest();
        marks.addClassFilter(Marks.class.getName());
        marks.enable();
        Deque<String> stack = new ArrayDeque<>();
        try {
            while (true) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent prepared) {
                        stopAtEachMethod(prepared.referenceType(), requests);
                    } else if (event instanceof BreakpointEvent mark) {
                        requests.deleteEventRequests(requests.methodEntryRequests());
                        requests.deleteEventRequests(requests.methodExitRequests());
                        if (mark.location().method().name().equals("begin")) {
                            request(requests, mark.thread());
                        }
                    } else if (event instanceof MethodEntryEvent entry) {
                        enter(stack, type(entry));
                    } else if (event instanceof MethodExitEvent) {
                        leave(stack);
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException ended) {
            // The program is at its end.
        }
    }

    private static void stopAtEachMethod(ReferenceType type, EventRequestManager requests) {
        for (Method method : type.methods()) {
            requests.createBreakpointRequest(method.location()).enable();
        }
    }

    private static void request(EventRequestManager requests, ThreadReference thread) {
        MethodEntryRequest entries = requests.createMethodEntryRequest();
        entries.addClassFilter(OWN + "*");
        entries.addClassExclusionFilter(Marks.class.getName());
        entries.addThreadFilter(thread);
        entries.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        entries.enable();
        MethodExitRequest exits = requests.createMethodExitRequest();
        exits.addClassFilter(OWN + "*");
        exits.addClassExclusionFilter(Marks.class.getName());
        exits.addThreadFilter(thread);
        exits.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        exits.enable();
    }

    private void enter(Deque<String> stack, String type) {
        String from = stack.peek();
        if (from != null && !from.equals(type)) {
            moves.merge(from + " -> " + type, 1, Integer::sum);
        }
        entered.merge(type, 1, Integer::sum);
        stack.push(type);
    }

    private static void leave(Deque<String> stack) {
        if (!stack.isEmpty()) { // the first exits are of methods entered before
            stack.pop();
        }
    }

    private static String type(LocatableEvent event) {
        String name = event.location().declaringType().name().substring(OWN.length());
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static String lines(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> "%5d %s".formatted(entry.getValue(), entry.getKey()))
                .collect(Collectors.joining("\n"));
    }

    private static String errors(VirtualMachine machine) {
        try (InputStream errors = machine.process().getErrorStream()) {
            return new String(errors.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
