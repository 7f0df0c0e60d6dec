package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectStreamConstants;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.ObjectName;
import javax.management.remote.message.CloseMessage;
import javax.management.remote.message.HandshakeBeginMessage;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.HandshakeErrorMessage;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import javax.management.remote.message.NotificationResponseMessage;
import javax.management.remote.message.SASLMessage;
import javax.management.remote.message.VersionMessage;
import javax.security.auth.Subject;
import jvmentrypoint.jmxmp.fixture.Forgery;
import jvmentrypoint.jmxmp.fixture.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Side effects in deserialisation, wherever the protocol has a place for an object. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class HostileMessagesIT extends UnderAttack {
    private static final ObjectName ORDERS = name("shop:type=Orders");

    HostileMessagesIT(String home) {
        super(home);
    }

    /** Without this the other tests would prove nothing: the value itself runs when it is read unfiltered. */
    @Test
    void theAttacksWorkWhereNothingIsFiltered() throws Exception {
        int ran = 0;
        for (Forgery forgery : Forgery.all(attack)) {
            try {
                new ObjectInputStream(new ByteArrayInputStream(forgery.stream(forgery.value()))).readObject();
            } catch (IOException | ClassCastException e) {
                assertTrue(forgery.toString().contains(" as ") || e instanceof ClassCastException, forgery + ": " + e);
            }
            ran += trace().delete() ? 1 : 0;
        }
        assertEquals(14, ran, "all but a class, a marshalled object, and two that the JDK itself refuses");
    }

    @Test
    void inEachFieldOfEachMessage() throws Exception {
        for (Forgery forgery : Forgery.all(attack)) {
            for (Map.Entry<String, Object> message : messages(forgery.value()).entrySet()) {
                byte[] stream = forgery.stream(message.getValue());
                try (Peer peer = new Peer(service.port())) {
                    peer.send(stream);
                    peer.awaitClose();
                }
                try (Peer peer = new Peer(service.port()).establish()) {
                    peer.sendNext(stream);
                    peer.awaitClose();
                }
            }
        }
    }

    private static Map<String, Object> messages(Object value) {
        String mark = Forgery.MARK;
        Map<String, Object> messages = new LinkedHashMap<String, Object>();
        messages.put("the message itself", value);
        messages.put("context", new HandshakeEndMessage(value, null));
        messages.put("connection id", new HandshakeEndMessage(null, mark));
        messages.put("context of the server's", new HandshakeBeginMessage("", mark));
        messages.put("profiles", new HandshakeBeginMessage(mark, ""));
        messages.put("error", new HandshakeErrorMessage(mark));
        messages.put("version", new VersionMessage(mark));
        messages.put("SASL mechanism", new SASLMessage(mark, 1, new byte[0]));
        messages.put("farewell", new CloseMessage(mark));
        messages.put("parameter", request(value));
        messages.put("parameters", request(new Object[] {value}, value));
        messages.put("on behalf of", new MBeanServerRequestMessage(9, new Object[0], new Subject()));
        messages.put("answer", new MBeanServerResponseMessage(1, value, false));
        messages.put("notifications", new NotificationResponseMessage(value));
        return messages;
    }

    private static MBeanServerRequestMessage request(Object... parameters) {
        return new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_ATTRIBUTE, parameters, null);
    }

    /** One connection, which goes on: what is wrapped in a request is the request's own fault. */
    @Test
    void insideWhatARequestWraps() throws Exception {
        try (Peer peer = new Peer(service.port()).establish()) {
            for (Forgery forgery : Forgery.all(attack)) {
                byte[] wrapped = forgery.stream(forgery.value());
                for (MBeanServerRequestMessage request : requests(wrapped)) {
                    peer.sendNext(Peer.stream(request));
                    MBeanServerResponseMessage answer = (MBeanServerResponseMessage) peer.read();
                    assertTrue(answer.isException(), forgery + " in " + request.getMethodId());
                }
            }
        }
    }

    private static MBeanServerRequestMessage[] requests(byte[] wrapped) {
        ObjectName delegate = name("JMImplementation:type=MBeanServerDelegate");
        Object[][] rows = {
            {MBeanServerRequestMessage.CREATE_MBEAN_PARAMS, "x", ORDERS, wrapped, new String[0]},
            {MBeanServerRequestMessage.CREATE_MBEAN_LOADER_PARAMS, "x", ORDERS, null, wrapped, new String[0]},
            {MBeanServerRequestMessage.INVOKE, ORDERS, "cancelAll", wrapped, new String[0]},
            {MBeanServerRequestMessage.QUERY_MBEANS, null, wrapped},
            {MBeanServerRequestMessage.QUERY_NAMES, null, wrapped},
            {MBeanServerRequestMessage.SET_ATTRIBUTE, ORDERS, wrapped},
            {MBeanServerRequestMessage.SET_ATTRIBUTES, ORDERS, wrapped},
            {MBeanServerRequestMessage.ADD_NOTIFICATION_LISTENERS, new ObjectName[] {delegate}, new Object[] {wrapped}},
            {MBeanServerRequestMessage.ADD_NOTIFICATION_LISTENER_OBJECTNAME, delegate, delegate, wrapped, null},
            {MBeanServerRequestMessage.ADD_NOTIFICATION_LISTENER_OBJECTNAME, delegate, delegate, null, wrapped},
            {
                MBeanServerRequestMessage.REMOVE_NOTIFICATION_LISTENER_OBJECTNAME_FILTER_HANDBACK,
                delegate,
                delegate,
                wrapped,
                wrapped
            },
        };
        MBeanServerRequestMessage[] requests = new MBeanServerRequestMessage[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Object[] parameters = new Object[rows[i].length - 1];
            System.arraycopy(rows[i], 1, parameters, 0, parameters.length);
            requests[i] = new MBeanServerRequestMessage((Integer) rows[i][0], parameters, null);
        }
        return requests;
    }

    /** What the stream protocol itself offers. */
    @Test
    void tricksOfTheStream() throws Exception {
        byte[] message = Peer.stream(request(ORDERS, "Open"));
        byte[] evil = Peer.stream(attack);
        ByteArrayOutputStream fatal = new ByteArrayOutputStream();
        fatal.write(evil, 0, 4);
        fatal.write(ObjectStreamConstants.TC_EXCEPTION);
        fatal.write(evil, 4, evil.length - 4);
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(message); // another header where a message should begin
        twice.write(evil);
        byte[] resets = new byte[1 << 20];
        java.util.Arrays.fill(resets, ObjectStreamConstants.TC_RESET);
        byte[] reference = {0, 0, 0, 0, ObjectStreamConstants.TC_REFERENCE, 0, 0x7e, 0, 0}; // to the message before
        for (byte[] stream : new byte[][] {fatal.toByteArray(), twice.toByteArray(), resets, reference}) {
            try (Peer peer = new Peer(service.port()).establish()) {
                peer.sendNext(stream);
                peer.awaitClose();
            } catch (java.net.SocketException e) { // closed while we still sent
                assertTrue(e.getMessage().matches(".*(reset|Broken pipe).*"), e.toString());
            }
        }
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (javax.management.MalformedObjectNameException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
