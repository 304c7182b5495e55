import org.apache.spark.launcher.JavaModuleOptions;

/** Prints the flags that Spark needs of this Java, one a line. */
class Flags {
    public static void main(String[] args) {
        for (String flag : JavaModuleOptions.defaultModuleOptions().split(" ")) {
            System.out.println(flag);
        }
    }
}
