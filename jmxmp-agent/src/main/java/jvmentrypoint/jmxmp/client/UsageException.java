package jvmentrypoint.jmxmp.client;

/** Wrong words on the command line, alone or for the MBean that they are meant for. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
