package jvmentrypoint.examples.hello;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.TriggeringPolicyBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.io.File;
import java.nio.charset.StandardCharsets;

/**
 * Configures logback, which finds this class through META-INF/services. In code rather than in logback.xml, because
 * a file that can't be opened must leave a log on stdout, and XML can't choose its appender without a script engine.
 * Each log takes 50 MiB of the host's disk at the most: it is a file of 10 MiB and four that were full before it.
 */
public final class Logs extends ContextAwareBase implements Configurator {
    static final String ACCESS = "access";
    static final int FULL = 10 << 20;
    static final int KEPT = 4;

    private static final String START = "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %property{container.id} ";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getStatusManager().add(new NopStatusListener()); // else logback prints its own report beside our line
        context.putProperty("container.id", System.getProperty("container.id", "-"));
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender("log.service.output", START + "%level %logger{0} %message%n"));
        Logger access = context.getLogger(ACCESS);
        access.setAdditive(false);
        access.addAppender(appender("log.access.output", START + "%message%n"));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private OutputStreamAppender<ILoggingEvent> appender(String property, String pattern) {
        String file = System.getProperty(property, "");
        if (!file.isEmpty()) {
            RollingFileAppender<ILoggingEvent> appender = rolling(file);
            if (start(appender, property, pattern)) {
                return appender;
            }
            System.out.println("hello: " + property + " " + file + " can't be written, this log goes to stdout");
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        start(console, property, pattern);
        return console;
    }

    private RollingFileAppender<ILoggingEvent> rolling(String file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file);
        FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
        names.setContext(context);
        names.setParent(appender);
        names.setFileNamePattern(file + ".%i");
        names.setMinIndex(1);
        names.setMaxIndex(KEPT);
        names.start();
        appender.setRollingPolicy(names);
        Full full = new Full();
        full.start();
        appender.setTriggeringPolicy(full);
        return appender;
    }

    /** Looks before each line; logback's own policy does once a minute, in which a peer could fill a disk. */
    private static final class Full extends TriggeringPolicyBase<ILoggingEvent> {
        @Override
        public boolean isTriggeringEvent(File file, ILoggingEvent event) {
            return file.length() >= FULL;
        }
    }

    private boolean start(OutputStreamAppender<ILoggingEvent> appender, String name, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern(pattern);
        encoder.start();
        appender.setContext(context);
        appender.setName(name);
        appender.setEncoder(encoder);
        appender.start();
        return appender.isStarted();
    }
}
