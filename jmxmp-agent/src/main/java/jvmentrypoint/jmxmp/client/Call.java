package jvmentrypoint.jmxmp.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;

/** One of an MBean's operations, and its parameters. */
final class Call {
    private static final String STRINGS = "[Ljava.lang.String;";

    final String name;
    final String[] signature;
    final Object[] parameters;

    private Call(MBeanOperationInfo operation, List<String> arguments) throws UsageException {
        name = operation.getName();
        signature = signature(operation);
        if (signature.length != arguments.size() && isOpen(operation)) {
            parameters = new Object[] {arguments.toArray(new String[0])};
            return;
        }
        parameters = new Object[signature.length];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = Parameter.parse(signature[i], arguments.get(i));
        }
    }

    /** Takes the operation of that name, with the signature behind it if there is one, that fits the arguments' number. */
    static Call choose(MBeanOperationInfo[] operations, String wanted, List<String> arguments) throws UsageException {
        int parenthesis = wanted.indexOf('(');
        String name = parenthesis < 0 ? wanted : wanted.substring(0, parenthesis);
        List<MBeanOperationInfo> named = new ArrayList<MBeanOperationInfo>();
        List<MBeanOperationInfo> fitting = new ArrayList<MBeanOperationInfo>();
        for (MBeanOperationInfo operation : operations) {
            if (operation.getName().equals(name)) {
                named.add(operation);
                if (parenthesis < 0 || matches(operation, wanted.substring(parenthesis))) {
                    fitting.add(operation);
                }
            }
        }
        if (named.isEmpty()) {
            throw new UsageException(name + ": no such operation");
        }
        if (fitting.isEmpty()) {
            throw new UsageException(wanted + ": no such signature; there is " + list(named));
        }
        return new Call(one(fitting, wanted, arguments.size()), arguments);
    }

    private static MBeanOperationInfo one(List<MBeanOperationInfo> fitting, String wanted, int arguments)
            throws UsageException {
        List<MBeanOperationInfo> exact = new ArrayList<MBeanOperationInfo>();
        List<MBeanOperationInfo> open = new ArrayList<MBeanOperationInfo>();
        for (MBeanOperationInfo operation : fitting) {
            if (operation.getSignature().length == arguments) {
                exact.add(operation);
            } else if (isOpen(operation)) {
                open.add(operation);
            }
        }
        List<MBeanOperationInfo> found = exact.isEmpty() ? open : exact;
        if (found.isEmpty()) {
            throw new UsageException(wanted + ": not with " + arguments + " arguments; there is " + list(fitting));
        }
        if (found.size() > 1) {
            throw new UsageException(wanted + ": several; say which: " + list(found));
        }
        return found.get(0);
    }

    /** As DiagnosticCommand has it: as many strings as one likes. */
    private static boolean isOpen(MBeanOperationInfo operation) {
        return Arrays.equals(signature(operation), new String[] {STRINGS});
    }

    private static String[] signature(MBeanOperationInfo operation) {
        MBeanParameterInfo[] parameters = operation.getSignature();
        String[] types = new String[parameters.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = parameters[i].getType();
        }
        return types;
    }

    /** A type may be given with its package or without. */
    private static boolean matches(MBeanOperationInfo operation, String parentheses) throws UsageException {
        if (!parentheses.endsWith(")")) {
            throw new UsageException(operation.getName() + parentheses + ": no closing parenthesis");
        }
        String inner = parentheses.substring(1, parentheses.length() - 1).trim();
        String[] wanted = inner.isEmpty() ? new String[0] : inner.split(",", -1);
        String[] types = signature(operation);
        boolean matches = wanted.length == types.length;
        for (int i = 0; matches && i < types.length; i++) {
            String type = Parameter.readable(types[i]);
            matches = type.equals(wanted[i].trim()) || simple(type).equals(wanted[i].trim());
        }
        return matches;
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static String list(List<MBeanOperationInfo> operations) {
        List<String> texts = new ArrayList<String>();
        for (MBeanOperationInfo operation : operations) {
            StringBuilder text = new StringBuilder(operation.getName()).append('(');
            String separator = "";
            for (String type : signature(operation)) {
                text.append(separator).append(simple(Parameter.readable(type)));
                separator = ",";
            }
            texts.add(text.append(')').toString());
        }
        Collections.sort(texts);
        String all = texts.toString();
        return all.substring(1, all.length() - 1);
    }
}
