package jvmentrypoint.jmxmp.access;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.BadAttributeValueExpException;
import javax.management.BadBinaryOpValueExpException;
import javax.management.BadStringOperationException;
import javax.management.InvalidApplicationException;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.NotificationListener;
import javax.management.ObjectInstance;
import javax.management.ObjectName;
import javax.management.QueryExp;

/**
 * An MBeanServer that can only be read: what could change the service is refused, and secrets in what it shows are masked.
 *
 * <p>A proxy, since it lists what is allowed, and so refuses whatever a future JDK adds to the interface.
 */
public final class ReadOnly implements InvocationHandler {
    /** The class loader getters are for the connector itself; no client can call them. */
    private static final Set<String> READS = Collections.unmodifiableSet(new HashSet<String>(Arrays.asList(
            "getDefaultDomain",
            "getDomains",
            "getMBeanCount",
            "getObjectInstance",
            "isInstanceOf",
            "isRegistered",
            "getClassLoader",
            "getClassLoaderFor",
            "getClassLoaderRepository")));

    private final MBeanServer server;
    private final ConcurrentMap<NotificationListener, MaskedNotifications> listeners =
            new ConcurrentHashMap<NotificationListener, MaskedNotifications>();

    private ReadOnly(MBeanServer server) {
        this.server = server;
    }

    /** The same MBeans, read-only. */
    public static MBeanServer over(MBeanServer server) {
        return (MBeanServer) Proxy.newProxyInstance(
                ReadOnly.class.getClassLoader(), new Class<?>[] {MBeanServer.class}, new ReadOnly(server));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, name, arguments);
        }
        if (READS.contains(name)) {
            return pass(method, arguments);
        }
        if (name.equals("getMBeanInfo")) {
            return MaskedInfo.of((MBeanInfo) pass(method, arguments));
        }
        if (name.equals("getAttribute")) {
            return attribute((String) arguments[1], pass(method, arguments));
        }
        if (name.equals("getAttributes")) {
            Object[] once = {arguments[0], distinct((String[]) arguments[1])};
            return masked((AttributeList) pass(method, once));
        }
        if (name.equals("queryNames") || name.equals("queryMBeans")) {
            return query((MBeanServer) proxy, method, (ObjectName) arguments[0], (QueryExp) arguments[1]);
        }
        if (name.equals("addNotificationListener") || name.equals("removeNotificationListener")) {
            // a listener given by its ObjectName would be an MBean of the service's, called from now on
            if (method.getParameterTypes()[1] != ObjectName.class) {
                Object[] masking = arguments.clone();
                masking[1] = masking((NotificationListener) arguments[1]);
                return pass(method, masking);
            }
        }
        if (name.equals("invoke") && HarmlessOperations.contains((ObjectName) arguments[0], (String) arguments[1])) {
            HarmlessOperations.check((Object[]) arguments[2]);
            Object result = pass(method, arguments);
            return arguments[1].equals("vmCommandLine")
                    ? CommandLine.of((MBeanServer) proxy)
                    : Masked.value("", result);
        }
        throw new SecurityException(refusal(name, arguments));
    }

    private static String refusal(String method, Object[] arguments) {
        StringBuilder text = new StringBuilder(method);
        if (method.equals("invoke")) {
            text.append(' ').append(arguments[1]);
        }
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof ObjectName) {
            text.append(" on ").append(arguments[0]);
        }
        return text.append(": refused, this JMXMP agent is read-only").toString();
    }

    private Object pass(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(server, arguments);
        } catch (InvocationTargetException e) {
            throw MaskedFailure.of(method.getName().equals("getAttribute") ? (String) arguments[1] : "", e.getCause());
        }
    }

    /** A number can't say "(set)", and 0 would be a lie; tools show what can't be read as unavailable. */
    private static Object attribute(String name, Object value) {
        if (isSecretNumber(name, value)) {
            throw new SecurityException(name + ": named like a secret, this JMXMP agent doesn't show it");
        }
        return Masked.value(name, value);
    }

    private static boolean isSecretNumber(String name, Object value) {
        return (value instanceof Number || value instanceof Character) && Secrets.isKey(name);
    }

    /** One name asked for a thousand times would be answered a thousand times. */
    private static String[] distinct(String[] names) {
        return names == null ? null : new LinkedHashSet<String>(Arrays.asList(names)).toArray(new String[0]);
    }

    /** The same one each time, or it could not be removed. The connector has but two, for all its clients. */
    private NotificationListener masking(NotificationListener listener) {
        MaskedNotifications masking = new MaskedNotifications(listener);
        MaskedNotifications before = listeners.putIfAbsent(listener, masking);
        return before == null ? masking : before;
    }

    private static Object ofObject(Object proxy, String name, Object[] arguments) {
        if (name.equals("equals")) {
            return proxy == arguments[0];
        }
        return name.equals("hashCode") ? (Object) System.identityHashCode(proxy) : "read-only MBeanServer";
    }

    private static AttributeList masked(AttributeList attributes) {
        AttributeList result = new AttributeList(attributes.size());
        for (Attribute attribute : attributes.asList()) {
            String name = attribute.getName();
            if (!isSecretNumber(name, attribute.getValue())) { // missing is how JMX says that it can't be read
                result.add(new Attribute(name, Masked.value(name, attribute.getValue())));
            }
        }
        return result;
    }

    /**
     * Evaluates the query against what this proxy shows. The server itself would compare with the true values, so that a
     * password could be asked for letter by letter.
     */
    private Set<Object> query(MBeanServer proxy, Method method, ObjectName pattern, QueryExp query) throws Throwable {
        Set<?> all = (Set<?>) pass(method, new Object[] {pattern, null});
        Set<Object> matching = new HashSet<Object>();
        QueryServer.set(proxy);
        try {
            for (Object each : all) {
                ObjectName name =
                        each instanceof ObjectInstance ? ((ObjectInstance) each).getObjectName() : (ObjectName) each;
                if (query == null || matches(query, name)) {
                    matching.add(each);
                }
            }
        } finally {
            QueryServer.set(null);
        }
        return matching;
    }

    /** An MBean that lacks what is asked about doesn't match; this is how JMX itself takes it. */
    private static boolean matches(QueryExp query, ObjectName name) {
        try {
            return query.apply(name);
        } catch (BadStringOperationException e) {
            return false;
        } catch (BadBinaryOpValueExpException e) {
            return false;
        } catch (BadAttributeValueExpException e) {
            return false;
        } catch (InvalidApplicationException e) {
            return false;
        } catch (SecurityException e) { // too many parts
            throw e;
        } catch (StackOverflowError e) {
            throw new SecurityException("a query that contains itself: refused");
        } catch (RuntimeException e) {
            return false;
        }
    }
}
