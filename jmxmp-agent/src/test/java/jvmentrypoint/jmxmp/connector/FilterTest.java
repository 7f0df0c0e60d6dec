package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamConstants;
import java.io.Serializable;
import java.io.StreamCorruptedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.InstanceNotFoundException;
import javax.management.NotificationFilterSupport;
import javax.management.ObjectName;
import javax.management.remote.message.HandshakeEndMessage;
import jvmentrypoint.jmxmp.fixture.SideEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    @ParameterizedTest
    @CsvSource({
        "REQUEST,   javax.management.remote.message.HandshakeEndMessage,  true",
        "REQUEST,   javax.management.remote.message.SASLMessage,          true",
        "REQUEST,   javax.management.remote.message.TLSMessage,           true",
        "REQUEST,   javax.security.auth.Subject,                          false",
        "REQUEST,   [Ljava.lang.Object;,                                  true",
        "REQUEST,   [Ljavax.management.ObjectName;,                       true",
        "REQUEST,   [B,                                                   true",
        "REQUEST,   [Ljava.net.URL;,                                      false",
        "REQUEST,   java.util.ArrayList,                                  false",
        "PARAMETER, [[J,                                                  true",
        "PARAMETER, javax.management.AndQueryExp,                         true",
        "PARAMETER, java.util.HashMap,                                    false",
        "PARAMETER, java.util.PriorityQueue,                              false",
        "PARAMETER, javax.management.BadAttributeValueExpException,       false",
        "PARAMETER, javax.management.remote.message.CloseMessage,         false",
        "RESULT,    javax.management.openmbean.CompositeDataSupport,      true",
        "RESULT,    javax.management.remote.rmi.RMIConnector,             false",
        "RESULT,    java.lang.IllegalStateException,                      true",
        "RESULT,    java.lang.ProcessBuilder,                             false",
        "RESULT,    java.net.URL,                                         false",
        "RESULT,    com.example.OwnException,                             false",
        "RESULT,    java.util.HashMap,                                    true",
        "RESPONSE,  java.util.HashMap,                                    false",
        "PARAMETER, [Ljava.lang.String,                                   false",
        "PARAMETER, [,                                                    false",
        "PARAMETER, L,                                                    false",
    })
    void lists(AllowList list, String className, boolean allowed) {
        assertEquals(allowed, list.allows(className));
    }

    @Test
    void parametersPass() throws Exception {
        NotificationFilterSupport filter = new NotificationFilterSupport();
        filter.enableType("jmx.");
        Object[] values = {
            null,
            "text",
            new Object[] {new long[] {1, 2}, 5, true, new String[] {"-all"}},
            new ObjectName("a:b=c"),
            filter,
            new AttributeList(Arrays.asList(new Attribute("Open", 1))),
        };
        for (Object value : values) {
            FilteredWrapping wrapping = new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);
            Object read = wrapping.unwrap(wrapping.wrap(value), null);
            assertEquals(
                    String.valueOf(value).replaceAll("@.*", ""),
                    String.valueOf(read).replaceAll("@.*", ""));
        }
    }

    @Test
    void resultsPass() throws Exception {
        Object[] values = {
            java.lang.management.ManagementFactory.getPlatformMBeanServer()
                    .getMBeanInfo(new ObjectName("java.lang:type=Runtime")),
            java.lang.management.ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("java.lang:type=Runtime"), "SystemProperties"),
            new HashMap<String, Object>(),
            new java.util.Properties(),
            java.util.Collections.unmodifiableList(new ArrayList<String>()),
            java.util.concurrent.TimeUnit.DAYS,
            java.time.Instant.EPOCH,
        };
        FilteredWrapping wrapping = new FilteredWrapping(AllowList.RESULT, Bounds.RESPONSE);
        for (Object value : values) {
            assertEquals(value, wrapping.unwrap(wrapping.wrap(value), null));
        }
        Object exception = wrapping.unwrap(wrapping.wrap(new InstanceNotFoundException("x")), null);
        assertEquals("x", ((Exception) exception).getMessage());
    }

    @Test
    void foreignClassesAreRefusedBeforeTheyAreLoaded() {
        for (AllowList list : AllowList.values()) {
            refused(list, new SideEffect("/unused"));
            refused(list, new Object[] {new SideEffect("/unused")});
            refused(list, new SideEffect[0]);
            refused(list, proxy());
            refused(list, new HandshakeEndMessage(new SideEffect("/unused"), null));
        }
    }

    private static Object proxy() {
        return Proxy.newProxyInstance(
                FilterTest.class.getClassLoader(), new Class<?>[] {Comparable.class}, new Handler());
    }

    /** Serializable, as the handlers in attacks are. */
    private static final class Handler implements InvocationHandler, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            return null;
        }
    }

    private static void refused(AllowList list, Object value) {
        FilteredWrapping wrapping = new FilteredWrapping(list, Bounds.REQUEST);
        InvalidClassException e =
                assertThrows(InvalidClassException.class, () -> wrapping.unwrap(wrapping.wrap(value), null));
        assertTrue(e.getMessage().contains("not allowed in a JMXMP " + list), e.getMessage());
    }

    @Test
    void boundsHold() throws Exception {
        Object deep = "bottom";
        for (int i = 0; i < 60; i++) {
            deep = new Object[] {deep};
        }
        List<Object> many = new ArrayList<Object>();
        for (int i = 0; i < 20000; i++) {
            many.add(new Object[0]);
        }
        FilteredWrapping wrapping = new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);
        for (Object value : new Object[] {deep, many, new Object[501], new String[501], new long[20000]}) {
            Object wrapped = wrapping.wrap(value);
            assertThrows(InvalidObjectException.class, () -> wrapping.unwrap(wrapped, null));
        }
    }

    /** So much is allocated before anything else arrives, and stays until the message's deadline. */
    @ParameterizedTest
    @CsvSource({"HANDSHAKE, 4, 16", "REQUEST, 8, 500", "PARAMETER, 50, 500"})
    void arraysAreSmallBeforeTheirElementsArrive(Bounds bounds, int depth, int length) throws Exception {
        assertThrows(EOFException.class, () -> read(bounds, nestedArrays(depth, length)));
        assertThrows(InvalidObjectException.class, () -> read(bounds, nestedArrays(depth + 1, length)));
        assertThrows(InvalidObjectException.class, () -> read(bounds, nestedArrays(1, length + 1)));
    }

    private static void read(Bounds bounds, byte[] bytes) throws Exception {
        new FilteredInput(new ByteArrayInputStream(bytes), AllowList.REQUEST, bounds).readFiltered();
    }

    /** As a reviewer wrote it: each array's first element is the next array, and nothing follows the last. */
    private static byte[] nestedArrays(int depth, int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
        out.writeShort(ObjectStreamConstants.STREAM_VERSION);
        for (int i = 0; i < depth; i++) {
            out.writeByte(ObjectStreamConstants.TC_ARRAY);
            if (i == 0) {
                out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
                out.writeUTF("[Ljava.lang.Object;");
                out.writeLong(ObjectStreamClass.lookup(Object[].class).getSerialVersionUID());
                out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
                out.writeShort(0);
                out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
                out.writeByte(ObjectStreamConstants.TC_NULL);
            } else {
                out.writeByte(ObjectStreamConstants.TC_REFERENCE);
                out.writeInt(ObjectStreamConstants.baseWireHandle);
            }
            out.writeInt(length);
        }
        return bytes.toByteArray();
    }

    @Test
    void filtersAreSmall() throws Exception {
        NotificationFilterSupport filter = new NotificationFilterSupport();
        filter.enableType(new String(new char[9000]).replace('\0', 'x'));
        FilteredWrapping wrapping = new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);
        Object wrapped = wrapping.wrap(filter);
        assertThrows(SecurityException.class, () -> wrapping.unwrap(wrapped, null));
    }

    @Test
    void tooDeepForTheStackIsAnInputError() throws Exception {
        Object deep = "bottom";
        for (int i = 0; i < 1000; i++) {
            deep = new Object[] {deep};
        }
        byte[] bytes = (byte[]) new FilteredWrapping(AllowList.PARAMETER, Bounds.REQUEST).wrap(deep);
        FilteredInput in = new FilteredInput(new ByteArrayInputStream(bytes), AllowList.PARAMETER, Bounds.REQUEST);
        assertThrows(IOException.class, in::readFiltered);
    }

    /** The JDK's filter isn't asked while a string is read. */
    @Test
    void longStringIsCutOff() throws Exception {
        char[] text = new char[Bounds.REQUEST.bytes + 1];
        Arrays.fill(text, 'a');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new String(text));
        }
        LimitedInput limited = new LimitedInput(new ByteArrayInputStream(bytes.toByteArray()), Bounds.REQUEST.bytes);
        FilteredInput in = new FilteredInput(limited, AllowList.REQUEST, Bounds.REQUEST);
        assertThrows(StreamCorruptedException.class, in::readFiltered);
    }
}
