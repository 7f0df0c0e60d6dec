package jvmentrypoint.jmxmp.access;

import javax.management.MBeanServer;
import javax.management.QueryEval;

/** The server that queries of this thread ask for attributes. */
public final class QueryServer {
    private QueryServer() {}

    /**
     * Null for none. JMX keeps it per thread, so that any part of a query sets it for all; asking a query itself would walk
     * through all of it, and it may hold one part a thousand times.
     */
    public static void set(MBeanServer server) {
        new QueryEval() {
            private static final long serialVersionUID = 1;
        }.setMBeanServer(server);
    }
}
