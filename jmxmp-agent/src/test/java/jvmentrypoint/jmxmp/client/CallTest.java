package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.logging.LogManager;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTest {
    private static final String THREADING = "java.lang:type=Threading";
    private static final String DIAGNOSTIC = "com.sun.management:type=DiagnosticCommand";

    private static Call choose(String bean, String operation, String... arguments) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        MBeanOperationInfo[] operations =
                server.getMBeanInfo(new ObjectName(bean)).getOperations();
        return Call.choose(operations, operation, Arrays.asList(arguments));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "boolean            | true    | true",
                "java.lang.Boolean  | false   | false",
                "byte               | -128    | -128",
                "short              | 7       | 7",
                "int                | -1      | -1",
                "java.lang.Integer  | 1       | 1",
                "long               | 9223372036854775807 | 9223372036854775807",
                "float              | 1.5     | 1.5",
                "double             | NaN     | NaN",
                "char               | x       | x",
                "java.lang.String   | a,b c   | a,b c",
                "java.lang.String   | null    | null",
                "java.math.BigInteger | 99999999999999999999 | 99999999999999999999",
                "java.math.BigDecimal | 0.10  | 0.10",
                "javax.management.ObjectName | a:b=c | a:b=c",
                "[J                 | 1, 2    | [1, 2]",
                "[I                 | 1       | [1]",
                "[Z                 | true,false | [true, false]",
                "[Ljava.lang.String; | a, b   | [a,  b]",
                "[Ljava.lang.String; | ''     | []",
                "[Ljava.lang.Long;  | 1,2     | [1, 2]",
            })
    void converted(String type, String word, String value) throws Exception {
        Object parameter = Parameter.parse(type, word);
        assertEquals(value, ValueText.of(parameter));
        Class<?> expected = type.startsWith("[") || type.contains(".") ? Class.forName(type) : null;
        assertEquals(expected == null ? parameter.getClass() : expected, parameter.getClass());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boolean | yes  | 'yes': not a value of type boolean",
                "byte    | 128  | '128': not a value of type byte",
                "int     | 1.0  | '1.0': not a value of type int",
                "char    | ab   | 'ab': not a value of type char",
                "[J      | 1,,2 | '1,,2': not a value of type long[]",
                "java.math.BigInteger | x | 'x': not a value of type java.math.BigInteger",
                "javax.management.ObjectName | x | 'x': not an MBean's name (such as java.lang:type=Memory)",
                "java.util.List | x | a parameter of type java.util.List can't be given on a command line",
                "[[J     | 1    | a parameter of type long[] can't be given on a command line",
                "[Ljava.util.Date; | 1 | a parameter of type java.util.Date can't be given on a command line",
            })
    void notConverted(String type, String word, String message) {
        assertEquals(
                message,
                assertThrows(UsageException.class, () -> Parameter.parse(type, word))
                        .getMessage()
                        .replace("''", "'"));
    }

    @Test
    void overloads() throws Exception {
        Call call = choose(THREADING, "getThreadInfo( long , int )", "1", "2");
        assertEquals("getThreadInfo", call.name);
        assertArrayEquals(new String[] {"long", "int"}, call.signature);
        assertArrayEquals(new Object[] {1L, 2}, call.parameters);
        call = choose(THREADING, "getThreadInfo(long[],boolean,boolean)", "1,2", "true", "false");
        assertArrayEquals(new String[] {"[J", "boolean", "boolean"}, call.signature);
        assertArrayEquals(new Object[] {new long[] {1, 2}, true, false}, call.parameters);
        assertArrayEquals(
                new String[] {"boolean", "boolean"}, choose(THREADING, "dumpAllThreads", "true", "true").signature);
        assertArrayEquals(new Object[0], choose(THREADING, "findDeadlockedThreads").parameters);
        assertArrayEquals(new Object[0], choose(THREADING, "findDeadlockedThreads()").parameters);
    }

    @Test
    void stringsOfAnyNumber() throws Exception {
        assertArrayEquals(
                new Object[] {new String[] {"-l", "-e"}}, choose(DIAGNOSTIC, "threadPrint", "-l", "-e").parameters);
        assertArrayEquals(new Object[] {new String[0]}, choose(DIAGNOSTIC, "threadPrint").parameters);
        assertArrayEquals(new Object[] {new String[] {"a", "b"}}, choose(DIAGNOSTIC, "help", "a,b").parameters);
    }

    @Test
    void bySimpleName() throws Exception {
        ManagementFactory.getPlatformMXBean(java.lang.management.PlatformLoggingMXBean.class);
        LogManager.getLogManager();
        assertArrayEquals(
                new Object[] {"a", "INFO"},
                choose("java.util.logging:type=Logging", "setLoggerLevel(String,java.lang.String)", "a", "INFO")
                        .parameters);
    }

    @Test
    void refusedWithWhatThereIs() {
        assertEquals("nix: no such operation", refusal("nix"));
        assertEquals("get: no such operation", refusal("get"));
        assertEquals(
                "getThreadInfo: several; say which: getThreadInfo(long), getThreadInfo(long[])",
                refusal("getThreadInfo", "1"));
        assertEquals(
                "getThreadCpuTime(int): no such signature; there is getThreadCpuTime(long), getThreadCpuTime(long[])",
                refusal("getThreadCpuTime(int)", "1"));
        assertEquals(
                "resetPeakThreadCount: not with 1 arguments; there is resetPeakThreadCount()",
                refusal("resetPeakThreadCount", "1"));
        assertEquals("getThreadInfo(long: no closing parenthesis", refusal("getThreadInfo(long", "1"));
    }

    private static String refusal(String operation, String... arguments) {
        return assertThrows(UsageException.class, () -> choose(THREADING, operation, arguments))
                .getMessage();
    }

    /** Each operation of each platform MBean can be named by what the messages print. */
    @Test
    void everyPlatformOperationCanBeNamed() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<String> operations = new ArrayList<String>();
        for (ObjectName bean : server.queryNames(null, null)) {
            for (MBeanOperationInfo operation : server.getMBeanInfo(bean).getOperations()) {
                List<String> types = new ArrayList<String>();
                for (javax.management.MBeanParameterInfo parameter : operation.getSignature()) {
                    types.add(Parameter.readable(parameter.getType()));
                }
                String wanted = operation.getName() + "(" + String.join(",", types) + ")";
                operations.add(wanted);
                try {
                    Call.choose(
                            server.getMBeanInfo(bean).getOperations(), wanted, Collections.nCopies(types.size(), "1"));
                } catch (UsageException e) { // the argument doesn't fit, but the operation was found
                    assertEquals(false, e.getMessage().contains("no such"), e.getMessage());
                }
            }
        }
        assertEquals(true, operations.size() > 30, operations.toString());
    }
}
