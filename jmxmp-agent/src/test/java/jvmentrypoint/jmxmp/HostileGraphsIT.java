package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import java.math.BigInteger;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.ObjectName;
import javax.management.Query;
import javax.management.QueryExp;
import javax.management.ValueExp;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import javax.management.remote.message.Message;
import javax.management.remote.message.NotificationRequestMessage;
import jvmentrypoint.jmxmp.fixture.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A few bytes that would cost much memory or time: graphs that lie or explode, and queries. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#few")
class HostileGraphsIT extends UnderAttack {
    HostileGraphsIT(String home) {
        super(home);
    }

    @Test
    void asMessages() throws Exception {
        List<byte[]> streams = new ArrayList<byte[]>(wrapped());
        for (byte[] each : wrapped()) {
            ByteArrayOutputStream inside = new ByteArrayOutputStream();
            byte[] message = Peer.stream(new HandshakeEndMessage("", ""));
            inside.write(message, 0, message.length - 6); // where its first object would be
            inside.write(each, 4, each.length - 4);
            streams.add(inside.toByteArray());
        }
        for (byte[] stream : streams) {
            try (Peer peer = new Peer(service.port())) {
                sendAndEnd(peer, stream, 0);
            }
            try (Peer peer = new Peer(service.port()).establish()) {
                sendAndEnd(peer, stream, 4);
            }
        }
    }

    private static void sendAndEnd(Peer peer, byte[] stream, int from) throws IOException {
        try {
            peer.socket().getOutputStream().write(stream, from, stream.length - from);
            peer.socket().shutdownOutput();
        } catch (SocketException e) {
            return; // closed before we were done
        }
        peer.awaitClose();
    }

    @Test
    void insideRequests() throws Exception {
        ObjectName threading = new ObjectName("java.lang:type=Threading");
        for (byte[] value : wrapped()) {
            if (value.length < 100000) {
                refused(MBeanServerRequestMessage.QUERY_NAMES, null, value);
                refused(MBeanServerRequestMessage.SET_ATTRIBUTES, threading, value);
                refused(MBeanServerRequestMessage.INVOKE, threading, "getThreadInfo", value, new String[] {"[J"});
            }
        }
    }

    /** None would end before the test's deadline, or without a heap of gigabytes. */
    @Test
    void queries() throws Exception {
        QueryExp conditions = Query.anySubString(Query.classattr(), Query.value(""));
        ValueExp numbers = Query.attr("Open");
        ValueExp texts = Query.value(new String(new char[50000]));
        for (int i = 0; i < 40; i++) {
            conditions = Query.and(conditions, conditions);
            numbers = Query.plus(numbers, numbers);
            texts = Query.plus(texts, texts);
        }
        ValueExp[] many = new ValueExp[500];
        Arrays.fill(many, Query.attr("Open"));
        QueryExp choices = Query.in(Query.attr("Open"), many);
        for (int i = 0; i < 30; i++) {
            choices = Query.and(choices, choices);
        }
        QueryExp[] queries = {
            conditions,
            Query.eq(numbers, Query.value(1)),
            Query.eq(texts, Query.value("")),
            choices,
            Query.match(Query.attr("ClassPath"), Query.value("*e*e*e*e*e*e*e*e*e*=")),
            Query.match(Query.attr("JdbcUrl"), Query.value("*?*?*?*?*?*?*?*?*?*?*?*?*=")),
            Query.eq(Query.value(BigInteger.ONE.shiftLeft(900000)), Query.value(1)),
        };
        for (QueryExp query : queries) {
            refused(MBeanServerRequestMessage.QUERY_NAMES, null, Peer.stream(query));
        }
    }

    @Test
    void patternsOfNames() throws Exception {
        String stars = "*a*a*a*a*a*a*a*a*a*a*a*a".replace("a", "?a?");
        String[] names = {stars + stars + stars + ":*", manyKeys(500), "java.lang:type=" + stars + stars + ",*"};
        try (Peer peer = new Peer(service.port()).establish()) {
            for (String name : names) {
                ask(peer, MBeanServerRequestMessage.QUERY_NAMES, new ObjectName(name), Peer.stream(null));
            }
            ObjectName tooLong = new ObjectName(manyKeys(9000));
            assertThrows(IOException.class, () -> ask(peer, MBeanServerRequestMessage.IS_REGISTERED, tooLong));
        }
    }

    private static String manyKeys(int count) {
        StringBuilder name = new StringBuilder("d:k=v");
        for (int i = 0; i < count; i++) {
            name.append(",k").append(i).append("=*");
        }
        return name.append(",*").toString();
    }

    /** OpenDMK leaves some without an answer; a client that waits for room because of them must go all the same. */
    @Test
    void requestsWithoutAnswers() throws Exception {
        byte[] future = Peer.stream(new NotificationRequestMessage(Long.MAX_VALUE, 1, 1));
        for (int i = 0; i < 100; i++) {
            try (Peer peer = new Peer(service.port()).establish()) {
                for (int j = 0; j < 20; j++) {
                    peer.sendNext(future);
                }
            }
        }
    }

    @Test
    void manySmallMessages() throws Exception {
        byte[] count =
                Peer.stream(new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_MBEAN_COUNT, null, null));
        try (Peer peer = new Peer(service.port()).establish()) {
            for (int i = 0; i < 500; i++) {
                for (int j = 0; j < 8; j++) {
                    peer.sendNext(count);
                }
                for (int j = 0; j < 8; j++) {
                    peer.read();
                }
            }
        }
    }

    private void refused(int method, Object... parameters) throws Exception {
        try (Peer peer = new Peer(service.port()).establish()) {
            assertTrue(ask(peer, method, parameters).isException());
        }
    }

    private static MBeanServerResponseMessage ask(Peer peer, int method, Object... parameters) throws Exception {
        Message request = new MBeanServerRequestMessage(method, parameters, null);
        peer.sendNext(Peer.stream(request));
        return (MBeanServerResponseMessage) peer.read();
    }

    /** Complete streams; some end too early. */
    private static List<byte[]> wrapped() throws IOException {
        Set<Object> set = new HashSet<Object>();
        Hashtable<Object, Object> table = new Hashtable<Object, Object>();
        Object array = new Object[0];
        List<Object> list = new ArrayList<Object>();
        AttributeList attributes = new AttributeList();
        for (int i = 0; i < 25; i++) { // 2^25 calls of hashCode, if they were read
            Set<Object> nextSet = new HashSet<Object>(Arrays.asList(set, i, new HashSet<Object>(set)));
            set = nextSet;
            Hashtable<Object, Object> nextTable = new Hashtable<Object, Object>();
            nextTable.put(table, i);
            table = nextTable;
        }
        for (int i = 0; i < 120; i++) {
            array = new Object[] {array, array};
            list = new ArrayList<Object>(Collections.singletonList(list));
            attributes = new AttributeList(Collections.singletonList(new Attribute("x", attributes)));
        }
        List<byte[]> all = new ArrayList<byte[]>();
        for (Object each : new Object[] {set, table, array, list, attributes}) {
            all.add(Peer.stream(each));
        }
        all.add(Peer.stream(new String(new char[1 << 20])));
        all.add(Peer.stream(BigInteger.ONE.shiftLeft(1 << 23)));
        all.add(lyingText());
        for (Object empty : new Object[] {new Object[0], new long[0], new String[0], new ObjectName[0]}) {
            byte[] lying = Peer.stream(empty);
            Arrays.fill(lying, lying.length - 4, lying.length, (byte) 0x7f); // the length
            all.add(lying);
        }
        byte[] lying = Peer.stream(new ArrayList<Object>());
        Arrays.fill(
                lying, lying.length - 11, lying.length - 7, (byte) 0x7f); // its size, before what it keeps in blocks
        all.add(lying);
        return all;
    }

    private static byte[] lyingText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
        out.writeShort(ObjectStreamConstants.STREAM_VERSION);
        out.writeByte(ObjectStreamConstants.TC_LONGSTRING);
        out.writeLong(1L << 40);
        out.writeBytes("and a few letters");
        return bytes.toByteArray();
    }
}
