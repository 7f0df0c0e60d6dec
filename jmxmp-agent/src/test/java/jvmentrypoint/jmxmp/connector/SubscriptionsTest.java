package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import javax.management.ObjectName;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private final FilteredWrapping wrapping = new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);
    private final Subscriptions subscriptions = new Subscriptions(wrapping);
    private ObjectName name;
    private int next;

    @BeforeEach
    void name() throws Exception {
        name = new ObjectName("shop:type=Orders");
    }

    @Test
    void cappedUntilOneIsRemoved() throws Exception {
        assertEquals(true, added(60));
        assertEquals(true, added(40));
        assertEquals(false, added(1));
        removed(new ObjectName("shop:type=Cart"), 0);
        assertEquals(false, added(1), "OpenDMK removes nothing under another name");
        removed(name, 0);
        removed(name, 0);
        assertEquals(true, added(1));
        assertEquals(false, added(1));
    }

    @Test
    void unansweredCountAndFailedDont() throws Exception {
        MBeanServerRequestMessage request = request(100);
        subscriptions.read(request);
        assertEquals(false, added(1));
        subscriptions.write(new MBeanServerResponseMessage(request.getMessageId(), "failed", true));
        assertEquals(true, added(100));
    }

    private boolean added(int count) throws Exception {
        MBeanServerRequestMessage request = request(count);
        subscriptions.read(request);
        if (((Object[]) request.getParams()[1])[0] instanceof Subscriptions.Refusal) {
            return false;
        }
        Integer[] numbers = new Integer[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = next++;
        }
        subscriptions.write(new MBeanServerResponseMessage(request.getMessageId(), wrapping.wrap(numbers), false));
        return true;
    }

    private MBeanServerRequestMessage request(int count) {
        ObjectName[] names = new ObjectName[count];
        Arrays.fill(names, name);
        return new MBeanServerRequestMessage(
                MBeanServerRequestMessage.ADD_NOTIFICATION_LISTENERS, new Object[] {names, new Object[count]}, null);
    }

    private void removed(ObjectName by, int number) {
        Object[] parameters = {by, new Integer[] {number}};
        subscriptions.read(new MBeanServerRequestMessage(
                MBeanServerRequestMessage.REMOVE_NOTIFICATION_LISTENER, parameters, null));
    }
}
