package com.sun.jmx.remote.opt.util;

/**
 * Stands in for OpenDMK's logger of the same name and writes nothing.
 *
 * <p>The original logs through java.util.logging, in the service's own JVM: it would start the service's log manager
 * before the service has chosen one, and put a warning with a stack trace on the service's stderr for every client that
 * goes away without a farewell. What a person should read is said by the agent itself, in one line. The isolating loader
 * is the only one that ever sees this class.
 */
public class ClassLogger {
    /** Both names are OpenDMK's (logger and class); nothing is logged under them. */
    public ClassLogger(String subsystem, String className) {}

    public final boolean traceOn() {
        return false;
    }

    public final boolean debugOn() {
        return false;
    }

    public final boolean warningOn() {
        return false;
    }

    public final boolean infoOn() {
        return false;
    }

    public final boolean configOn() {
        return false;
    }

    public final boolean fineOn() {
        return false;
    }

    public final boolean finerOn() {
        return false;
    }

    public final boolean finestOn() {
        return false;
    }

    public final void trace(String method, String message) {}

    public final void trace(String method, Throwable thrown) {}

    public final void trace(String method, String message, Throwable thrown) {}

    public final void debug(String method, String message) {}

    public final void debug(String method, Throwable thrown) {}

    public final void debug(String method, String message, Throwable thrown) {}

    public final void finest(String method, String message) {}

    public final void finest(String method, Throwable thrown) {}

    public final void finest(String method, String message, Throwable thrown) {}

    public final void finer(String method, String message) {}

    public final void finer(String method, Throwable thrown) {}

    public final void finer(String method, String message, Throwable thrown) {}

    public final void fine(String method, String message) {}

    public final void fine(String method, Throwable thrown) {}

    public final void fine(String method, String message, Throwable thrown) {}

    public final void config(String method, String message) {}

    public final void config(String method, Throwable thrown) {}

    public final void config(String method, String message, Throwable thrown) {}

    public final void info(String method, String message) {}

    public final void info(String method, Throwable thrown) {}

    public final void info(String method, String message, Throwable thrown) {}

    public final void warning(String method, String message) {}

    public final void warning(String method, Throwable thrown) {}

    public final void warning(String method, String message, Throwable thrown) {}

    public final void error(String method, String message) {}

    public final void error(String method, Throwable thrown) {}

    public final void error(String method, String message, Throwable thrown) {}

    public final void severe(String method, String message) {}

    public final void severe(String method, Throwable thrown) {}

    public final void severe(String method, String message, Throwable thrown) {}
}
