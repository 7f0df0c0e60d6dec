import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A stock OpenDMK client that stays warm: "visit PORT N" connects, asks for an attribute and closes, N times, and prints
 * the median's microseconds up to the answer; "stay PORT" keeps its connection to the end.
 *
 * <p>Closing takes this client 100 ms of sleep, so ten are closed at a time.
 */
public final class Client {
    private static final List<JMXConnector> staying = new ArrayList<JMXConnector>();

    private Client() {}

    public static void main(String[] arguments) throws Exception {
        Scanner orders = new Scanner(System.in, "US-ASCII");
        while (orders.hasNext()) {
            String order = orders.next();
            int port = orders.nextInt();
            if (order.equals("stay")) {
                staying.add(connect(port));
                System.out.println("0");
            } else {
                System.out.println(visits(port, orders.nextInt()));
            }
        }
    }

    private static long visits(int port, int n) throws Exception {
        List<Long> took = new ArrayList<Long>();
        List<Thread> closing = new ArrayList<Thread>();
        for (int i = 0; i < n; i++) {
            long began = System.nanoTime();
            JMXConnector connector = connect(port);
            took.add((System.nanoTime() - began) / 1000);
            closing.add(close(connector));
            if (closing.size() == 10 || i == n - 1) {
                for (Thread thread : closing) {
                    thread.join();
                }
                closing.clear();
            }
        }
        took.sort(null);
        return took.get(n / 2);
    }

    private static Thread close(final JMXConnector connector) {
        Thread thread = new Thread() {
            @Override
            public void run() {
                try {
                    connector.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e); // said on stderr; the connection is gone either way
                }
            }
        };
        thread.start();
        return thread;
    }

    private static JMXConnector connect(int port) throws Exception {
        JMXConnector connector =
                JMXConnectorFactory.connect(new JMXServiceURL("service:jmx:jmxmp://127.0.0.1:" + port));
        connector.getMBeanServerConnection().getAttribute(new ObjectName("java.lang:type=Runtime"), "Uptime");
        return connector;
    }
}
