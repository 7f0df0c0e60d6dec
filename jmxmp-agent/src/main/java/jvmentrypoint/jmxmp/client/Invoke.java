package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/** Calls an operation and prints what it answers. */
final class Invoke implements Command {
    private final ObjectName name;
    private final String operation;
    private final List<String> arguments;

    /** The operation may have a signature: {@code getThreadInfo(long,int)}. */
    Invoke(ObjectName name, String operation, List<String> arguments) {
        this.name = name;
        this.operation = operation;
        this.arguments = arguments;
    }

    @Override
    public void run(Session session) throws IOException, JMException, UsageException {
        MBeanServerConnection server = session.server();
        Call call = Call.choose(server.getMBeanInfo(name).getOperations(), operation, arguments);
        Object result = server.invoke(name, call.name, call.parameters, call.signature);
        if (session.out.json) {
            session.out.document(result);
        } else if (result != null) {
            session.out.line(ValueText.of(result));
        }
    }
}
