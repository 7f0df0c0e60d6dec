package jvmentrypoint.jmxmp.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;
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
        assertEquals(3, readOnly.getAttribute(name, "TokenCount"));
        assertEquals(null, readOnly.getAttribute(name, "Password"));
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

        int getTokenCount();

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
        public int getTokenCount() {
            return 3;
        }

        @Override
        public String getPassword() {
            return null;
        }
    }
}
