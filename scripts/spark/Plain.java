import io.forestage.InputStage;
import io.forestage.VectorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Embeds a file's lines in one thread, without Spark: Plain MODEL FILE ROUNDS. */
class Plain {
    public static void main(String[] args) throws Exception {
        try (InputStage stage = InputStage.load(Path.of(args[0]))) {
            for (int round = 0; round < Integer.parseInt(args[2]); round++) {
                long wall = System.nanoTime();
                long cpu = processCpu();
                long rows = 0;
                double sum = 0;
                try (var lines = Files.lines(Path.of(args[1]))) {
                    List<String> batch = new ArrayList<>();
                    for (var each = lines.iterator(); each.hasNext(); ) {
                        batch.add(each.next());
                        if (batch.size() == 256 || !each.hasNext()) {
                            for (float[] vector : stage.vectors(batch, VectorOptions.mean())) {
                                sum += vector[0];
                            }
                            rows += batch.size();
                            batch.clear();
                        }
                    }
                }
                double seconds = (System.nanoTime() - wall) / 1e9;
                System.out.printf(
                        "%d %.3f %.3f %.6f%n", rows, seconds, (processCpu() - cpu) / 1e9, sum);
            }
        }
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
