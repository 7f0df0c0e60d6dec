package jvmentrypoint.jmxmp.access;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * What the diagnostic command vmCommandLine answers, made anew from masked parts: in the JVM's own text nobody can tell
 * where an argument ends, as it may hold blanks, dashes and line breaks.
 */
final class CommandLine {
    private CommandLine() {}

    /** Takes a server that masks. */
    static String of(MBeanServer masked) throws JMException {
        ObjectName runtime = new ObjectName("java.lang:type=Runtime");
        StringBuilder text = new StringBuilder("VM Arguments:\njvm_args:");
        for (String argument : (String[]) masked.getAttribute(runtime, "InputArguments")) {
            text.append(' ').append(argument);
        }
        TabularData properties = (TabularData) masked.getAttribute(runtime, "SystemProperties");
        line(text, "java_command", properties.get(new Object[] {Secrets.COMMAND}));
        line(text, "java_class_path (initial)", properties.get(new Object[] {"java.class.path"}));
        return text.append("\nLauncher Type: SUN_STANDARD\n").toString();
    }

    private static void line(StringBuilder text, String name, CompositeData property) {
        if (property != null) {
            text.append('\n').append(name).append(": ").append(property.get("value"));
        }
    }
}
