package jvmentrypoint.jmxmp.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.AttributeChangeNotification;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.Query;
import javax.management.QueryExp;
import javax.management.RuntimeMBeanException;
import javax.management.StandardMBean;
import javax.management.modelmbean.DescriptorSupport;
import javax.management.modelmbean.ModelMBeanAttributeInfo;
import javax.management.modelmbean.ModelMBeanInfoSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadOnlyTest {
    private ObjectName name;
    private MBeanServer readOnly;

    @BeforeEach
    void register() throws Exception {
        name = new ObjectName("shop:type=Config");
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        server.registerMBean(new StandardMBean(new ConfigImpl(), Config.class), name);
        readOnly = ReadOnly.over(server);
    }

    @Test
    void masksWhateverHoldsText() throws Exception {
        Map<String, Object> settings = new HashMap<String, Object>();
        settings.put("db.password", "(set)");
        settings.put("db.user", "app");
        assertEquals(settings, readOnly.getAttribute(name, "Settings"));
        assertEquals(Arrays.asList("-Dtoken=(set)", "x"), readOnly.getAttribute(name, "Options"));
        assertEquals("[(set), null]", Arrays.toString((Object[]) readOnly.getAttribute(name, "Secrets")));
        assertEquals(null, readOnly.getAttribute(name, "Password"));
        assertEquals("[[password=(set)], null]", Arrays.deepToString((Object[]) readOnly.getAttribute(name, "Grid")));
        assertEquals("http://u:(set)@h/", readOnly.getAttribute(name, "Uri"));
        assertEquals(Collections.singleton("password=(set)"), readOnly.getAttribute(name, "Set"));
        assertEquals("x", String.valueOf(readOnly.getAttribute(name, "Plain")));
    }

    @Test
    void masksWhateverIsNamedLikeASecret() throws Exception {
        assertEquals("(set)", new String((char[]) readOnly.getAttribute(name, "PasswordChars")));
        assertEquals(Collections.singleton("(set)"), readOnly.getAttribute(name, "TokenSet"));
        assertEquals("[(set)]", Arrays.toString((Object[]) readOnly.getAttribute(name, "Credentials")));
        assertEquals("(set)", readOnly.getAttribute(name, "ApiTokenText"));
    }

    /** Neither 0, which would be a lie, nor the number. */
    @Test
    void numbersNamedLikeSecretsAreRefused() throws Exception {
        assertThrows(SecurityException.class, () -> readOnly.getAttribute(name, "SecretPin"));
        assertEquals(
                Arrays.asList(new Attribute("Password", null)),
                readOnly.getAttributes(name, new String[] {"SecretPin", "Password"})
                        .asList());
        for (QueryExp question : new QueryExp[] {
            Query.eq(Query.attr("SecretPin"), Query.value(4711)),
            Query.not(Query.eq(Query.attr("SecretPin"), Query.value(0))),
            Query.gt(Query.attr("SecretPin"), Query.value(-1)),
        }) {
            assertEquals(Collections.emptySet(), readOnly.queryNames(name, question));
        }
    }

    @Test
    void eachAttributeIsReadOnce() throws Exception {
        String[] names = new String[9000];
        Arrays.fill(names, "Plain");
        assertEquals(1, readOnly.getAttributes(name, names).size());
    }

    @Test
    void exceptionsQuoteNoSecrets() {
        RuntimeMBeanException e =
                assertThrows(RuntimeMBeanException.class, () -> readOnly.getAttribute(name, "Failing"));
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        assertFalse(text.toString().contains("hunter2"), text.toString());
        assertTrue(text.toString().contains("jdbc:x://u:(set)@h"), text.toString());
    }

    @Test
    void descriptorsHoldNoSecrets() throws Exception {
        Descriptor attribute = new DescriptorSupport(
                "name=Password",
                "descriptorType=attribute",
                "default=hunter2",
                "value=hunter2",
                "note=password=hunter2");
        ModelMBeanAttributeInfo password =
                new ModelMBeanAttributeInfo("Password", "java.lang.String", "d", true, false, false, attribute);
        MBeanInfo info = MaskedInfo.of(
                new ModelMBeanInfoSupport("Shop", "d", new ModelMBeanAttributeInfo[] {password}, null, null, null));
        Descriptor masked = info.getAttributes()[0].getDescriptor();
        assertEquals("(set)", masked.getFieldValue("default"));
        assertEquals("(set)", masked.getFieldValue("value"));
        assertEquals("password=(set)", masked.getFieldValue("note"));
        assertEquals("Password", masked.getFieldValue("name"));
        MBeanInfo harmless = readOnly.getMBeanInfo(name);
        assertSame(harmless, MaskedInfo.of(harmless));
    }

    @Test
    void notificationsHoldNoSecrets() {
        Notification change = MaskedNotifications.masked(new AttributeChangeNotification(
                name, 1, 2, "password=hunter2", "Password", "java.lang.String", "hunter2", "hunter2"));
        assertEquals("password=(set)", change.getMessage());
        assertEquals("(set)", ((AttributeChangeNotification) change).getOldValue());
        assertEquals("(set)", ((AttributeChangeNotification) change).getNewValue());
        Notification plain = new Notification("t", name, 1, "token=hunter2");
        plain.setUserData(Collections.singletonMap("password", "hunter2"));
        assertEquals("token=(set)", MaskedNotifications.masked(plain).getMessage());
        assertEquals(
                Collections.singletonMap("password", "(set)"),
                MaskedNotifications.masked(plain).getUserData());
        Notification harmless = new Notification("t", name, 1, "fine");
        assertSame(harmless, MaskedNotifications.masked(harmless));
    }

    @Test
    void listenersCanBeRemoved() throws Exception {
        ObjectName delegate = new ObjectName("JMImplementation:type=MBeanServerDelegate");
        NotificationListener listener = (notification, handback) -> {};
        readOnly.addNotificationListener(delegate, listener, null, null);
        readOnly.removeNotificationListener(delegate, listener);
    }

    @Test
    void exceptionsPassAsTheyAre() {
        assertThrows(AttributeNotFoundException.class, () -> readOnly.getAttribute(name, "Nope"));
    }

    @Test
    void isAnObjectLikeOthers() {
        assertTrue(readOnly.equals(readOnly) && readOnly.hashCode() == readOnly.hashCode());
        assertTrue(!readOnly.equals("x") && readOnly.toString().contains("read-only"));
    }

    /** Every method of the interface that is not listed here is refused, those of a future JDK included. */
    @Test
    void allowsNothingElse() {
        Set<String> allowed = new HashSet<String>(Arrays.asList(
                "addNotificationListener",
                "removeNotificationListener",
                "getAttribute",
                "getAttributes",
                "getClassLoader",
                "getClassLoaderFor",
                "getClassLoaderRepository",
                "getDefaultDomain",
                "getDomains",
                "getMBeanCount",
                "getMBeanInfo",
                "getObjectInstance",
                "isInstanceOf",
                "isRegistered",
                "queryMBeans",
                "queryNames"));
        Set<String> notRefused = new TreeSet<String>();
        for (Method method : MBeanServer.class.getMethods()) {
            if (!allowed.contains(method.getName()) && !isRefused(method)) {
                notRefused.add(method.toString());
            }
        }
        assertEquals(Collections.<String>emptySet(), notRefused);
    }

    private boolean isRefused(Method method) {
        try {
            method.invoke(readOnly, new Object[method.getParameterTypes().length]);
            return false;
        } catch (InvocationTargetException e) {
            return e.getCause() instanceof SecurityException;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** An MBean with text in many forms. */
    public interface Config {
        Map<String, String> getSettings();

        java.util.List<String> getOptions();

        String[] getSecrets();

        long getSecretPin();

        char[] getPasswordChars();

        Set<String> getTokenSet();

        Object[] getCredentials();

        CharSequence getApiTokenText();

        String[][] getGrid();

        URI getUri();

        Set<String> getSet();

        StringBuilder getPlain();

        Object getFailing();

        String getPassword();
    }

    private static final class ConfigImpl implements Config {
        @Override
        public Map<String, String> getSettings() {
            Map<String, String> settings = new HashMap<String, String>();
            settings.put("db.password", "hunter2");
            settings.put("db.user", "app");
            return settings;
        }

        @Override
        public java.util.List<String> getOptions() {
            return Arrays.asList("-Dtoken=hunter2", "x");
        }

        @Override
        public String[] getSecrets() {
            return new String[] {"hunter2", null};
        }

        @Override
        public long getSecretPin() {
            return 4711;
        }

        @Override
        public char[] getPasswordChars() {
            return "hunter2".toCharArray();
        }

        @Override
        public Set<String> getTokenSet() {
            return Collections.singleton("hunter2");
        }

        @Override
        public Object[] getCredentials() {
            return new Object[] {"hunter2"};
        }

        @Override
        public CharSequence getApiTokenText() {
            return new StringBuilder("hunter2");
        }

        @Override
        public String[][] getGrid() {
            return new String[][] {{"password=hunter2"}, null};
        }

        @Override
        public URI getUri() {
            return URI.create("http://u:hunter2@h/");
        }

        @Override
        public Set<String> getSet() {
            return Collections.singleton("password=hunter2");
        }

        @Override
        public StringBuilder getPlain() {
            return new StringBuilder("x");
        }

        @Override
        public Object getFailing() {
            throw new IllegalStateException("no jdbc:x://u:hunter2@h?password=hunter2");
        }

        @Override
        public String getPassword() {
            return null;
        }
    }
}
