package jvmentrypoint.jmxmp.access;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import javax.management.Descriptor;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanConstructorInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanOperationInfo;

/**
 * An MBean's description without the values in it: a model MBean keeps the last value of an attribute or operation, and
 * its default, in their descriptors.
 *
 * <p>One that tells a secret comes back as a plain MBeanInfo, one that doesn't as it is.
 */
final class MaskedInfo {
    /** Fields of a descriptor that hold values of what it describes. */
    private static final Set<String> VALUES = Collections.unmodifiableSet(new HashSet<String>(
            Arrays.asList("value", "default", "defaultvalue", "legalvalues", "minvalue", "maxvalue")));

    private boolean changed;

    private MaskedInfo() {}

    static MBeanInfo of(MBeanInfo info) {
        MaskedInfo masked = new MaskedInfo();
        MBeanInfo copy = masked.copy(info);
        return masked.changed ? copy : info;
    }

    private MBeanInfo copy(MBeanInfo info) {
        MBeanAttributeInfo[] attributes = info.getAttributes();
        MBeanAttributeInfo[] plainAttributes = new MBeanAttributeInfo[attributes.length];
        for (int i = 0; i < attributes.length; i++) {
            plainAttributes[i] = attribute(attributes[i]);
        }
        MBeanOperationInfo[] operations = info.getOperations();
        MBeanOperationInfo[] plainOperations = new MBeanOperationInfo[operations.length];
        for (int i = 0; i < operations.length; i++) {
            plainOperations[i] = operation(operations[i]);
        }
        MBeanConstructorInfo[] constructors = info.getConstructors();
        MBeanConstructorInfo[] plainConstructors = new MBeanConstructorInfo[constructors.length];
        for (int i = 0; i < constructors.length; i++) {
            MBeanConstructorInfo each = constructors[i];
            plainConstructors[i] = new MBeanConstructorInfo(
                    each.getName(), each.getDescription(), each.getSignature(), descriptor("", each.getDescriptor()));
        }
        MBeanNotificationInfo[] notifications = info.getNotifications();
        MBeanNotificationInfo[] plainNotifications = new MBeanNotificationInfo[notifications.length];
        for (int i = 0; i < notifications.length; i++) {
            MBeanNotificationInfo each = notifications[i];
            plainNotifications[i] = new MBeanNotificationInfo(
                    each.getNotifTypes(), each.getName(), each.getDescription(), descriptor("", each.getDescriptor()));
        }
        return new MBeanInfo(
                info.getClassName(),
                info.getDescription(),
                plainAttributes,
                plainConstructors,
                plainOperations,
                plainNotifications,
                descriptor("", info.getDescriptor()));
    }

    private MBeanAttributeInfo attribute(MBeanAttributeInfo info) {
        return new MBeanAttributeInfo(
                info.getName(),
                info.getType(),
                info.getDescription(),
                info.isReadable(),
                info.isWritable(),
                info.isIs(),
                descriptor(info.getName(), info.getDescriptor()));
    }

    private MBeanOperationInfo operation(MBeanOperationInfo info) {
        return new MBeanOperationInfo(
                info.getName(),
                info.getDescription(),
                info.getSignature(),
                info.getReturnType(),
                info.getImpact(),
                descriptor(info.getName(), info.getDescriptor()));
    }

    private Descriptor descriptor(String name, Descriptor descriptor) {
        String[] fields = descriptor.getFieldNames();
        Object[] values = new Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
            Object before = descriptor.getFieldValue(fields[i]);
            boolean holdsValue = VALUES.contains(fields[i].toLowerCase(java.util.Locale.ROOT));
            values[i] = Masked.value(holdsValue ? name : fields[i], before);
            changed |= values[i] != before;
        }
        return new ImmutableDescriptor(fields, values);
    }
}
