import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * A service that has nothing to do but to tell of itself: g collects garbage and prints the heap in use, c prints how
 * many classes are loaded, e ends it. It touches nothing of JMX before it is asked for classes.
 */
public final class Service {
    private Service() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("ready");
        for (int order = System.in.read(); order != 'e'; order = System.in.read()) {
            if (order == 'g') {
                System.out.println(heapInUse());
            } else if (order == 'c') {
                System.out.println(ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount());
            }
        }
        System.out.println("ended");
    }

    private static long heapInUse() {
        System.gc();
        System.gc(); // what the first one only found unreachable
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
