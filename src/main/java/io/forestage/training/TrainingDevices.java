package io.forestage.training;

import ai.djl.Device;
import io.forestage.torch.TorchEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a training runs on. Several devices share the rows of each batch, and each keeps a copy of
 * the weights; sums of gradients in another order may then differ in their last bits.
 *
 * @param devices the devices, the first of which owns the weights
 */
public record TrainingDevices(List<Device> devices) {

    private static final String GPU = "gpu";
    private static final String FORM = "expected cpu, gpu or gpu:0,1, found ";

    /**
     * Checks the devices.
     *
     * @param devices at least one, each once
     * @throws IllegalArgumentException if there is none, one comes twice, or one is not there
     */
    public TrainingDevices {
        devices = List.copyOf(devices);
        if (devices.isEmpty() || new HashSet<>(devices).size() < devices.size()) {
            throw new IllegalArgumentException(
                    "device: expected at least one and each once, found " + inWords(devices));
        }
        if (!devices.equals(List.of(Device.cpu()))) {
            requireThere(devices, TorchEngine.get().getGpuCount());
        }
    }

    /**
     * Returns the CPU.
     *
     * @return the CPU alone
     */
    public static TrainingDevices cpu() {
        return new TrainingDevices(List.of(Device.cpu()));
    }

    /**
     * Reads devices as the command line names them.
     *
     * @param words {@code cpu}, {@code gpu} (the first one), {@code gpu:1} or {@code gpu:0,1}
     * @return the devices
     * @throws IllegalArgumentException if they are named otherwise, or one is not there
     */
    public static TrainingDevices parse(String words) {
        if (words.equals("cpu")) {
            return cpu();
        }
        if (words.equals(GPU)) {
            return new TrainingDevices(List.of(Device.gpu(0)));
        }
        if (!words.startsWith(GPU + ":")) {
            throw new IllegalArgumentException("device: " + FORM + words);
        }
        List<Device> devices = new ArrayList<>();
        for (String number : words.substring(GPU.length() + 1).split(",", -1)) {
            if (!number.matches("\\d{1,4}")) {
                throw new IllegalArgumentException("device: " + FORM + words);
            }
            devices.add(Device.gpu(Integer.parseInt(number)));
        }
        return new TrainingDevices(devices);
    }

    /** Where the weights are. */
    public Device first() {
        return devices.get(0);
    }

    public int count() {
        return devices.size();
    }

    /** The devices as {@link #parse} reads them. */
    @Override
    public String toString() {
        return inWords(devices);
    }

    static void requireThere(List<Device> devices, int gpus) {
        for (Device device : devices) {
            boolean isThere = device.isGpu() ? device.getDeviceId() < gpus : devices.size() == 1;
            if (!isThere) {
                throw new IllegalArgumentException(
                        "device: expected cpu%s, found %s; choose one that is there"
                                .formatted(inWords(gpus), inWords(devices)));
            }
        }
    }

    private static String inWords(int gpus) {
        return switch (gpus) {
            case 0 -> " (there is no GPU here that libtorch can use)";
            case 1 -> " or gpu:0";
            default -> " or one or more of gpu:0 to gpu:" + (gpus - 1);
        };
    }

    private static String inWords(List<Device> devices) {
        boolean areGpus = devices.stream().allMatch(Device::isGpu);
        return devices.stream()
                .map(each -> areGpus ? Integer.toString(each.getDeviceId()) : each.getDeviceType())
                .collect(Collectors.joining(",", areGpus ? GPU + ":" : "", ""));
    }
}
