package io.forestage.training;

import ai.djl.Device;
import io.forestage.torch.TorchEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The devices that a training runs on. Several devices share the rows of each batch, and each keeps
 * a copy of the weights. Their gradients are summed in another order, so that the last bits may
 * differ.
 *
 * @param devices at least one, each once; the first one owns the weights
 */
public record TrainingDevices(List<Device> devices) {

    private static final String GPU = "gpu";

    /**
     * Checks the devices.
     *
     * @throws IllegalArgumentException if the list is empty, has a device twice, or has one that is
     *     not available
     */
    public TrainingDevices {
        devices = List.copyOf(devices);
        if (devices.isEmpty() || new HashSet<>(devices).size() < devices.size()) {
            throw new IllegalArgumentException(
                    "device: expected one or more and each once, found %s; name each device once"
                            .formatted(inWords(devices)));
        }
        if (!devices.equals(List.of(Device.cpu()))) {
            requireAvailable(devices, TorchEngine.get().getGpuCount());
        }
    }

    /** Returns the CPU as the only device. */
    public static TrainingDevices cpu() {
        return new TrainingDevices(List.of(Device.cpu()));
    }

    /**
     * Parses devices as the command line names them.
     *
     * @param text {@code cpu}, {@code gpu} (the first GPU), {@code gpu:1} or {@code gpu:0,1}
     * @throws IllegalArgumentException if the text has another form, or a device is not available
     */
    public static TrainingDevices parse(String text) {
        if (text.equals("cpu")) {
            return cpu();
        }
        if (text.equals(GPU)) {
            return new TrainingDevices(List.of(Device.gpu(0)));
        }
        if (!text.startsWith(GPU + ":")) {
            throw unknown(text);
        }
        List<Device> devices = new ArrayList<>();
        for (String number : text.substring(GPU.length() + 1).split(",", -1)) {
            if (!number.matches("\\d{1,4}")) {
                throw unknown(text);
            }
            devices.add(Device.gpu(Integer.parseInt(number)));
        }
        return new TrainingDevices(devices);
    }

    /** Returns the device that owns the weights. */
    public Device first() {
        return devices.get(0);
    }

    public int count() {
        return devices.size();
    }

    /** Returns the devices in the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return inWords(devices);
    }

    static void requireAvailable(List<Device> devices, int gpus) {
        for (Device device : devices) {
            boolean isAvailable =
                    device.isGpu() ? device.getDeviceId() < gpus : devices.size() == 1;
            if (!isAvailable) {
                throw new IllegalArgumentException(
                        "device: expected cpu%s, found %s; choose an available device"
                                .formatted(inWords(gpus), inWords(devices)));
            }
        }
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                "device: expected cpu, gpu or gpu:0,1, found %s".formatted(text));
    }

    private static String inWords(int gpus) {
        return switch (gpus) {
            case 0 -> " (libtorch finds no GPU on this machine)";
            case 1 -> " or gpu:0";
            default -> " or one or more of gpu:0 to gpu:%d".formatted(gpus - 1);
        };
    }

    private static String inWords(List<Device> devices) {
        if (devices.isEmpty()) {
            return "none";
        }
        boolean areGpus = devices.stream().allMatch(Device::isGpu);
        return devices.stream()
                .map(each -> areGpus ? Integer.toString(each.getDeviceId()) : each.getDeviceType())
                .collect(Collectors.joining(",", areGpus ? GPU + ":" : "", ""));
    }
}
