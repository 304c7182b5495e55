import java.io.File;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** Starts an HDFS of one node on loopback, prints its URI and runs until it is killed: Hdfs FOLDER. */
class Hdfs {
    public static void main(String[] args) throws Exception {
        var folder = new File(args[0]);
        var cluster = new MiniDFSCluster.Builder(new Configuration(), folder).numDataNodes(1).build();
        cluster.waitActive();
        System.out.println(cluster.getURI());
        System.out.flush();
        Thread.currentThread().join();
    }
}
