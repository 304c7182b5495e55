package io.forestage.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.forestage.torch.HostMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Our side of the GPU kit's benchmark. It reads commands of the other side, one per line: {@code
 * check WORK FILE} writes a result as float32 values, {@code time WORK CALLS} prints the
 * milliseconds per call.
 *
 * <p>A GPU still works after a call has returned. So the clock stops when a value that was queued
 * after all calls has reached the host: DJL uses one queue, the default stream, which runs in
 * order. The other side calls {@code torch.cuda.synchronize}.
 */
public final class DeviceBench {

    private static final double NANOS_IN_MILLI = 1e6;

    private final NDManager manager;
    private final Map<DeviceWork.Kind, DeviceWork> works = new EnumMap<>(DeviceWork.Kind.class);

    private DeviceBench(NDManager manager) {
        this.manager = manager;
    }

    /** Writes a line to standard output for each line of standard input. */
    public static void main(String[] args) throws IOException {
        Device device = args[0].equals("cpu") ? Device.cpu() : Device.gpu();
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Engine engine = manager.getEngine();
            JniUtils.setGraphExecutorOptimize(!args[args.length - 1].equals("plain"));
            System.out.printf("ready %s %s%n", engine.getVersion(), device);
            DeviceBench bench = new DeviceBench(manager);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(bench.answer(line.split(" ", -1)));
            }
            bench.works.values().forEach(DeviceWork::close);
        }
    }

    private String answer(String[] words) throws IOException {
        DeviceWork.Kind kind = DeviceWork.Kind.valueOf(words[1]);
        DeviceWork work = works.computeIfAbsent(kind, each -> each.on(manager));
        return switch (words[0]) {
            case "check" -> {
                write(work, Path.of(words[2]));
                yield "written";
            }
            case "time" -> Double.toString(time(work, Integer.parseInt(words[2])));
            default -> throw new IllegalArgumentException(Arrays.toString(words));
        };
    }

    private double time(DeviceWork work, int calls) {
        waitForDevice();
        long begin = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            work.run();
        }
        waitForDevice();
        return (System.nanoTime() - begin) / NANOS_IN_MILLI / calls;
    }

    private void waitForDevice() {
        try (NDManager scratch = manager.newSubManager()) {
            float unused = scratch.zeros(new Shape(1)).getFloat();
        }
    }

    private void write(DeviceWork work, Path file) throws IOException {
        try (NDManager scratch = manager.newSubManager();
                FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            NDArray result = work.result(scratch).toDevice(Device.cpu(), false);
            channel.write(HostMemory.of(result));
        }
    }
}
