package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Jdks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A server of each version against clients on the oldest and the newest that people have: OpenDMK's and ours. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class ClientsIT {
    private static final List<Integer> CLIENTS = Arrays.asList(8, 25);

    private final String home;

    ClientsIT(String home) {
        this.home = home;
    }

    @Test
    void stockClientsSeeEverything() throws Exception {
        for (String clientHome : clientHomes()) {
            try (Child service = service();
                    Child client = Child.stockClient(clientHome, String.valueOf(service.port()))) {
                service.send('r');
                service.awaitOut("did r");
                follow(service, client, "collect...", 'g');
                follow(service, client, "send...", 's');
                follow(service, client, "unregister...", 'u');
                follow(service, client, "let it come back...", 'r');
                follow(service, client, "once more...", 's');
                assertEquals(0, client.end(), client.out() + " " + client.err());
                assertEquals(0, service.end());
                assertEquals(1, service.err().size(), service.err().toString());
                assertEquals(expected(), client.out());
                assertEquals(Collections.emptyList(), client.err());
            }
        }
    }

    private static void follow(Child service, Child client, String line, char request) throws IOException {
        client.awaitOut(line);
        service.send(request);
    }

    private List<String> expected() throws IOException {
        int version = Jdks.version(home);
        return Arrays.asList(
                "composite [committed, init, max, used] used",
                "tabular " + (version == 8 ? "1.8" : version),
                "attribute 42",
                "allowed dumpAllThreads",
                "invoke resetPeakThreadCount on java.lang:type=Threading: refused, this JMXMP agent is read-only",
                "collect...",
                "collected, true",
                "send...",
                "shop.delivered 1 token=(set)",
                "late 3",
                "unregister...",
                "gone shop:type=Deliveries",
                "let it come back...",
                "once more...",
                "shop.delivered");
    }

    @Test
    void ownClientReads() throws Exception {
        for (String clientHome : clientHomes()) {
            try (Child service = service()) {
                String address = "127.0.0.1:" + service.port();
                List<String> orders = ask(clientHome, 0, "get", address, "shop:type=Orders");
                assertTrue(orders.contains("Open: 42") && orders.contains("DbPassword: (set)"), orders.toString());
                String used = ask(clientHome, 0, "get", address, "java.lang:type=Memory", "HeapMemoryUsage.used")
                        .get(0);
                assertTrue(Long.parseLong(used) > 0, used);
                String version = ask(
                                clientHome,
                                0,
                                "get",
                                address,
                                "java.lang:type=Runtime",
                                "SystemProperties.java.specification.version")
                        .get(0);
                assertEquals(Jdks.version(home), Integer.parseInt(version.replace("1.8", "8")));
                List<String> names = ask(clientHome, 0, "names", address, "java.lang:type=GarbageCollector,*");
                assertTrue(names.size() > 0, names.toString());
                ask(clientHome, 1, "get", address, "shop:type=Deliveries");
                assertEquals(0, service.end());
                assertEquals(1, service.err().size(), service.err().toString());
            }
        }
    }

    private Child service() throws IOException {
        return Child.service(home, "port=0", Collections.<String>emptyList(), "0")
                .awaitReady();
    }

    private static List<String> ask(String clientHome, int code, String... arguments) throws Exception {
        try (Child client = Child.client(clientHome, arguments)) {
            assertEquals(code, client.end(), client.err().toString());
            assertEquals(code, client.err().size(), client.err().toString());
            return client.out();
        }
    }

    /** Where neither is installed, whatever is. */
    private static List<String> clientHomes() throws IOException {
        List<String> found = new ArrayList<String>();
        for (String each : Jdks.homes()) {
            if (CLIENTS.contains(Jdks.version(each))) {
                found.add(each);
            }
        }
        return found.isEmpty() ? new ArrayList<String>(Jdks.homes()) : found;
    }
}
