package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.management.ObjectName;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import javax.management.remote.message.Message;
import javax.management.remote.message.NotificationRequestMessage;

/**
 * Caps one client's notification listeners, each of which the server keeps with its filter. OpenDMK counts them nowhere,
 * so this reads along: a listener counts from the request for it until the request to remove it.
 */
final class Subscriptions {
    private static final int MAX = 100;
    /** In one answer; each counts once for each listener that it matches. A client asks again for the rest. */
    private static final int MAX_NOTIFICATIONS = 100;

    /** By the listener's number, which the server gives out. */
    private final Map<Integer, ObjectName> active = new HashMap<Integer, ObjectName>();
    /** By the request's number. */
    private final Map<Long, ObjectName[]> asked = new HashMap<Long, ObjectName[]>();

    private final FilteredWrapping wrapping;

    /** The wrapping is the one that our answers are written with. */
    Subscriptions(FilteredWrapping wrapping) {
        this.wrapping = wrapping;
    }

    /** Makes a request for too many one that OpenDMK will answer with a refusal. */
    synchronized void read(Message message) {
        if (!(message instanceof MBeanServerRequestMessage)) {
            return;
        }
        MBeanServerRequestMessage request = (MBeanServerRequestMessage) message;
        Object[] parameters = request.getParams();
        if (parameters == null || parameters.length < 2) {
            return; // OpenDMK says what is wrong with it
        }
        if (request.getMethodId() == MBeanServerRequestMessage.ADD_NOTIFICATION_LISTENERS) {
            if (parameters[0] instanceof ObjectName[]) {
                add(request.getMessageId(), (ObjectName[]) parameters[0], parameters);
            }
        } else if (request.getMethodId() == MBeanServerRequestMessage.REMOVE_NOTIFICATION_LISTENER) {
            if (parameters[1] instanceof Integer[]) {
                remove(parameters[0], (Object[]) parameters[1]);
            }
        } else if (request.getMethodId() == MBeanServerRequestMessage.REMOVE_NOTIFICATION_LISTENER_FILTER_HANDBACK) {
            remove(parameters[0], new Object[] {parameters[1]});
        }
    }

    /** A negative number in a request, which only a peer that means harm sends, would leave it without an answer. */
    static Message bounded(Message message) {
        if (!(message instanceof NotificationRequestMessage)) {
            return message;
        }
        NotificationRequestMessage request = (NotificationRequestMessage) message;
        return new NotificationRequestMessage(
                request.getClientSequenceNumber(),
                Math.max(0, Math.min(request.getMaxNotifications(), MAX_NOTIFICATIONS)),
                Math.max(0, request.getTimeout()));
    }

    private void add(long request, ObjectName[] names, Object[] parameters) {
        int count = active.size() + names.length;
        for (ObjectName[] others : asked.values()) {
            count += others.length;
        }
        if (count > MAX || asked.containsKey(request)) {
            Object[] filters = new Object[names.length];
            Arrays.fill(filters, new Refusal("more than " + MAX + " notification listeners: refused"));
            parameters[1] = filters;
        } else {
            asked.put(request, names);
        }
    }

    /** Under another name than its own OpenDMK may remove nothing, and say nothing. */
    private void remove(Object name, Object[] numbers) {
        for (Object number : numbers) {
            if (number != null && name != null && name.equals(active.get(number))) {
                active.remove(number);
            }
        }
    }

    synchronized void write(Message message) throws IOException {
        if (!(message instanceof MBeanServerResponseMessage)) {
            return;
        }
        MBeanServerResponseMessage response = (MBeanServerResponseMessage) message;
        ObjectName[] names = asked.remove(response.getMessageId());
        if (names == null || response.isException()) {
            return;
        }
        try {
            Object numbers = wrapping.unwrap(response.getWrappedResult(), null);
            for (int i = 0; numbers instanceof Integer[] && i < names.length; i++) {
                active.put(((Integer[]) numbers)[i], names[i]);
            }
        } catch (ClassNotFoundException e) { // not in an answer of our own
            throw new IOException("listeners: " + e, e);
        }
    }

    /** Stands where a wrapped value would; unwrapping it fails. */
    static final class Refusal {
        final String reason;

        Refusal(String reason) {
            this.reason = reason;
        }
    }
}
