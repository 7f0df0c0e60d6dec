package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "null                             | 5555 | [127.0.0.1]",
                "''                               | 5555 | [127.0.0.1]",
                "port=0                           | 0    | [127.0.0.1]",
                "port=65535                       | 65535| [127.0.0.1]",
                "bind=0.0.0.0                     | 5555 | [0.0.0.0]",
                "bind=127.0.0.1,bind=172.17.0.2   | 5555 | [127.0.0.1, 172.17.0.2]",
                "bind=::1,port=1                  | 1    | [::1]",
                "bind=[::1]                       | 5555 | [::1]",
                "bind=::ffff:10.0.0.1             | 5555 | [::ffff:10.0.0.1]",
                "bind=localhost,access=read-only  | 5555 | [localhost]",
                "bind=ip-10-0-0-1.ec2.internal    | 5555 | [ip-10-0-0-1.ec2.internal]",
            })
    void accepted(String text, int port, String binds) {
        Arguments arguments = Arguments.parse(text, new Properties());
        assertEquals(port, arguments.port());
        assertEquals(binds, arguments.binds().toString());
        assertEquals(false, arguments.eth0());
        assertEquals(false, arguments.logging());
        assertEquals(false, arguments.off());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port=                 | port: '' is not a port",
                "port=-1               | port: '-1' is not a port",
                "port=+1               | port: '+1' is not a port",
                "port=65536            | port: '65536' is not a port",
                "port=99999999999      | port: '99999999999' is not a port",
                "port=5555,port=5555   | port: given twice",
                "port                  | port: '' is not a port",
                "Port=1                | 'Port': unknown setting",
                "port=1,               | '': unknown setting",
                "' port=1'             | ' port': unknown setting",
                "bind=                 | bind: '' is no address",
                "bind=5555             | bind: '5555' is no address",
                "bind=127.1            | bind: '127.1' is no address",
                "bind=300.0.0.1        | bind: '300.0.0.1' is no address",
                "bind=fe80::1%eth0     | bind: 'fe80::1%eth0' is no address",
                "bind=[localhost]      | bind: '[localhost]' is no address",
                "bind=a b              | bind: 'a b' is no address",
                "bind=:                | bind: ':' is no address",
                "tls-cert=/a           | tls-cert, tls-key: only one of the two is given",
                "tls-cert=/a,tls-key=/b,tls-keystore=/c | tls-cert, tls-keystore: both are given",
                "tls-keystore=/a       | tls-keystore: it and its password belong together",
                "tls-keystore-password-file=/a | tls-keystore: it and its password belong together",
                "password-file=/a      | password: needs TLS",
                "password-env=A        | password: needs TLS",
                "tls-client-ca=/a      | tls-client-ca: needs TLS",
                "user=ops              | user: without a password",
                "user=a,user-file=/b   | user, user-file: both are given",
                "password-file=/a,password-env=B | password-file, password-env: both are given",
                "insecure=yes          | insecure=yes: neither true nor false",
                "allow=*               | allow: '*' is no class",
                "allow=.*              | allow: '.*' is no class",
                "allow=com.acme.       | allow: 'com.acme.' is no class",
                "allow=com acme        | allow: 'com acme' is no class",
                "access=               | access: has no value",
                "access=write          | access=write: unknown",
                "access=off,access=off | access: given twice",
            })
    void refused(String text, String message) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> Arguments.parse(text, new Properties()));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
        assertTrue(e.getMessage().endsWith(")"), "says what to write instead: " + e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                 | jmxmp.url    | service:jmx:jmxmp://10.0.0.1:7 | 7    | [10.0.0.1]  | false | false",
                "port=1,bind=::1    | jmxmp.url    | service:jmx:jmxmp://10.0.0.1:7 | 7    | [10.0.0.1]  | false | false",
                "''                 | jmxmp.url    | service:jmx:jmxmp://[::1]:7/   | 7    | [::1]       | false | false",
                "port=1             | jmxmp.url    | SERVICE:JMX:JMXMP://name       | 1    | [name]      | false | false",
                "bind=::1           | jmxmp.url    | service:jmx:jmxmp://:7         | 7    | [::1]       | false | false",
                "''                 | jmx.bind_eth0| true                           | 5555 | [127.0.0.1] | true  | false",
                "bind=::1           | jmx.bind_eth0| TRUE                           | 5555 | [::1]       | true  | false",
                "bind=0.0.0.0       | jmx.bind_eth0| false                          | 5555 | [127.0.0.1] | false | false",
                "''                 | jmx.enable_logging | true                     | 5555 | [127.0.0.1] | false | true",
            })
    void propertiesWin(String text, String key, String value, int port, String binds, boolean eth0, boolean logging) {
        Arguments arguments = Arguments.parse(text, property(key, value));
        assertEquals(port, arguments.port());
        assertEquals(binds, arguments.binds().toString());
        assertEquals(eth0, arguments.eth0());
        assertEquals(logging, arguments.logging());
    }

    @ParameterizedTest
    @CsvSource({
        "jmxmp.url, service:jmx:rmi://127.0.0.1:7",
        "jmxmp.url, service:jmx:jmxmp://127.0.0.1:x",
        "jmxmp.url, service:jmx:jmxmp://a b:7",
        "jmxmp.url, service:jmx:jmxmp://127.0.0.1:",
        "jmx.bind_eth0, yes",
        "jmx.enable_logging, 1",
    })
    void propertiesRefused(String key, String value) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> Arguments.parse("", property(key, value)));
        assertTrue(e.getMessage().startsWith("javax.management.remote." + key), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"access=off, true", "'port=1,access=off', true", "access=read-only, false"})
    void off(String text, boolean off) {
        assertEquals(
                off,
                Arguments.parse(text, property("jmx.enable_logging", "true")).off());
    }

    private static Properties property(String key, String value) {
        Properties properties = new Properties();
        properties.setProperty("javax.management.remote." + key, value);
        return properties;
    }
}
