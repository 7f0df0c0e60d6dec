package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import javax.management.JMException;

/** What is done with a server. */
interface Command {
    /**
     * Asks and prints.
     *
     * @throws UsageException if the words don't fit what the MBean has
     * @throws SecurityException if the server's access rules refuse it
     */
    void run(Session session) throws IOException, JMException, UsageException;
}
