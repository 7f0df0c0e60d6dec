package jvmentrypoint.jmxmp.connector;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The classes that may be deserialised in one place: on the wire or inside a wrapped value, by the server or the client.
 *
 * <p>Everything listed is data of the JDK, or a message of OpenDMK, whose deserialisation has no effect beyond itself.
 * What a service's own class would do in readObject is unknown, so none is.
 */
enum AllowList {
    /** Messages that a client sends. */
    REQUEST(
            Names.MESSAGES,
            "java.lang.Object",
            "java.lang.String",
            "java.lang.Integer",
            "java.lang.Number",
            Names.OBJECT_NAME),

    /** Values inside a client's messages: parameters of harmless operations, queries, notification filters. */
    PARAMETER(Names.SCALARS, Names.PARAMETERS),

    /** The same for whoever may do everything: any operation's parameters and any attribute's new value. */
    FULL_PARAMETER("java.lang.Enum", Names.SCALARS, Names.PARAMETERS, Names.COLLECTIONS, Names.OPEN_DATA),

    /** Messages that a server sends; what they carry is wrapped. */
    RESPONSE(Names.MESSAGES, "java.lang.String"),

    /** Values inside a server's messages: whatever an attribute may hold, and exceptions. */
    RESULT(
            Names.SCALARS,
            Names.COLLECTIONS,
            "java.lang.Object",
            "java.lang.Enum",
            "java.lang.StackTraceElement",
            "java.lang.Throwable") {
        @Override
        boolean allowsNamed(String name) {
            return super.allowsNamed(name) || isManagementData(name) || isException(name);
        }
    };

    private final Set<String> names;

    AllowList(Object... namesAndSets) {
        Set<String> all = new HashSet<String>();
        for (Object each : namesAndSets) {
            if (each instanceof String) {
                all.add((String) each);
            } else {
                Collections.addAll(all, (String[]) each);
            }
        }
        names = Collections.unmodifiableSet(all);
    }

    /** Takes a class's binary name as the stream has it; an array is allowed if its elements are. */
    boolean allows(String name) {
        return isPrimitiveArray(name) || allowsNamed(element(name));
    }

    private static boolean isPrimitiveArray(String name) {
        return name.startsWith("[")
                && "ZBCSIJFD".indexOf(name.charAt(name.length() - 1)) >= 0
                && name.lastIndexOf('[') == name.length() - 2;
    }

    /** The class's own name, or that of an array's elements. */
    static String element(String name) {
        String element = name.substring(name.lastIndexOf('[') + 1);
        boolean reference = name.startsWith("[") && element.startsWith("L") && element.endsWith(";");
        return reference ? element.substring(1, element.length() - 1) : name;
    }

    boolean allowsNamed(String name) {
        return names.contains(name);
    }

    /**
     * The packages of JMX itself, not those below them: javax.management.remote.rmi, for one, would open connections.
     * BadAttributeValueExpException calls toString() of what it holds, which is harmless where all else on the list is.
     */
    private static boolean isManagementData(String name) {
        String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        return Arrays.asList(
                        "javax.management",
                        "javax.management.modelmbean",
                        "javax.management.monitor",
                        "javax.management.openmbean",
                        "javax.management.relation",
                        "javax.management.remote",
                        "javax.management.timer")
                .contains(packageName);
    }

    private static boolean isException(String name) {
        String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        return (name.endsWith("Exception") || name.endsWith("Error"))
                && Arrays.asList(
                                "java.io",
                                "java.lang",
                                "java.lang.reflect",
                                "java.net",
                                "java.security",
                                "java.util",
                                "java.util.concurrent")
                        .contains(packageName);
    }

    /** An enum's constants can't refer to its own static fields, but to those of a nested class. */
    private static final class Names {
        static final String OBJECT_NAME = "javax.management.ObjectName";

        static final String[] MESSAGES = {
            "javax.management.remote.message.CloseMessage",
            "javax.management.remote.message.HandshakeBeginMessage",
            "javax.management.remote.message.HandshakeEndMessage",
            "javax.management.remote.message.HandshakeErrorMessage",
            "javax.management.remote.message.MBeanServerRequestMessage",
            "javax.management.remote.message.MBeanServerResponseMessage",
            "javax.management.remote.message.NotificationRequestMessage",
            "javax.management.remote.message.NotificationResponseMessage",
            "javax.management.remote.message.SASLMessage",
            "javax.management.remote.message.TLSMessage",
            "javax.management.remote.message.VersionMessage",
        };

        static final String[] SCALARS = {
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Number",
            "java.lang.Short",
            "java.lang.String",
            "java.math.BigDecimal",
            "java.math.BigInteger",
        };

        static final String[] PARAMETERS = {
            "java.lang.Object",
            OBJECT_NAME,
            "java.util.ArrayList",
            "java.util.Vector",
            "java.util.Date",
            "javax.management.Attribute",
            "javax.management.AttributeList",
            "javax.management.AttributeChangeNotificationFilter",
            "javax.management.NotificationFilter",
            "javax.management.NotificationFilterSupport",
            "javax.management.relation.MBeanServerNotificationFilter",
            "javax.management.AndQueryExp",
            "javax.management.AttributeValueExp",
            "javax.management.BetweenQueryExp",
            "javax.management.BinaryOpValueExp",
            "javax.management.BinaryRelQueryExp",
            "javax.management.BooleanValueExp",
            "javax.management.ClassAttributeValueExp",
            "javax.management.InQueryExp",
            "javax.management.InstanceOfQueryExp",
            "javax.management.MatchQueryExp",
            "javax.management.NotQueryExp",
            "javax.management.NumericValueExp",
            "javax.management.OrQueryExp",
            "javax.management.QualifiedAttributeValueExp",
            "javax.management.QueryEval",
            "javax.management.QueryExp",
            "javax.management.StringValueExp",
            "javax.management.ValueExp",
        };

        static final String[] OPEN_DATA = {
            "javax.management.openmbean.ArrayType",
            "javax.management.openmbean.CompositeData",
            "javax.management.openmbean.CompositeDataSupport",
            "javax.management.openmbean.CompositeType",
            "javax.management.openmbean.OpenType",
            "javax.management.openmbean.SimpleType",
            "javax.management.openmbean.TabularData",
            "javax.management.openmbean.TabularDataSupport",
            "javax.management.openmbean.TabularType",
        };

        static final String[] COLLECTIONS = {
            "java.time.Ser",
            "java.util.AbstractCollection",
            "java.util.AbstractList",
            "java.util.AbstractMap",
            "java.util.AbstractSet",
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.Arrays$ArrayList",
            "java.util.CollSer",
            "java.util.Collections$EmptyList",
            "java.util.Collections$EmptyMap",
            "java.util.Collections$EmptySet",
            "java.util.Collections$SingletonList",
            "java.util.Collections$SingletonMap",
            "java.util.Collections$SingletonSet",
            "java.util.Collections$SynchronizedCollection",
            "java.util.Collections$SynchronizedList",
            "java.util.Collections$SynchronizedMap",
            "java.util.Collections$SynchronizedRandomAccessList",
            "java.util.Collections$SynchronizedSet",
            "java.util.Collections$UnmodifiableCollection",
            "java.util.Collections$UnmodifiableList",
            "java.util.Collections$UnmodifiableMap",
            "java.util.Collections$UnmodifiableRandomAccessList",
            "java.util.Collections$UnmodifiableSet",
            "java.util.Collections$UnmodifiableSortedMap",
            "java.util.Collections$UnmodifiableSortedSet",
            "java.util.Date",
            "java.util.Dictionary",
            "java.util.EventObject", // what every notification is
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.Hashtable",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.LinkedList",
            "java.util.Map",
            "java.util.Map$Entry",
            "java.util.Properties",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.UUID",
            "java.util.Vector",
            "java.util.concurrent.TimeUnit",
            "java.util.concurrent.atomic.AtomicBoolean",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
        };
    }
}
