package jvmentrypoint.jmxmp.access;

import javax.management.AttributeChangeNotification;
import javax.management.MBeanServerNotification;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.monitor.MonitorNotification;

/**
 * Hands notifications on with the secrets in them masked. One whose class we can't copy goes on as a plain Notification
 * if it holds a secret, and as it is otherwise.
 */
final class MaskedNotifications implements NotificationListener {
    private final NotificationListener listener;

    MaskedNotifications(NotificationListener listener) {
        this.listener = listener;
    }

    @Override
    public void handleNotification(Notification notification, Object handback) {
        listener.handleNotification(masked(notification), handback);
    }

    static Notification masked(Notification notification) {
        if (notification instanceof MBeanServerNotification) {
            return notification; // only a name; and the connector needs its class
        }
        String text = notification.getMessage();
        String message = text == null ? null : Secrets.mask(text);
        Object userData = Masked.value("", notification.getUserData());
        if (notification.getClass() == AttributeChangeNotification.class) {
            return change((AttributeChangeNotification) notification, message, userData);
        }
        boolean gauge = notification instanceof MonitorNotification
                && Secrets.isKey(String.valueOf(((MonitorNotification) notification).getObservedAttribute()));
        boolean changeOfTheirs = notification instanceof AttributeChangeNotification;
        if (!gauge && !changeOfTheirs && userData == notification.getUserData() && equal(message, text)) {
            return notification;
        }
        return withUserData(
                new Notification(
                        notification.getType(),
                        notification.getSource(),
                        notification.getSequenceNumber(),
                        notification.getTimeStamp(),
                        message),
                userData);
    }

    private static Notification change(AttributeChangeNotification change, String message, Object userData) {
        String name = String.valueOf(change.getAttributeName());
        return withUserData(
                new AttributeChangeNotification(
                        change.getSource(),
                        change.getSequenceNumber(),
                        change.getTimeStamp(),
                        message,
                        change.getAttributeName(),
                        change.getAttributeType(),
                        Masked.value(name, change.getOldValue()),
                        Masked.value(name, change.getNewValue())),
                userData);
    }

    private static Notification withUserData(Notification notification, Object userData) {
        notification.setUserData(userData);
        return notification;
    }

    private static boolean equal(String a, String b) {
        return a == null ? b == null : a.equals(b);
    }
}
