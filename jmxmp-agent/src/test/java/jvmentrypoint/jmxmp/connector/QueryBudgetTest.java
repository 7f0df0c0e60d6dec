package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InvalidObjectException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.Query;
import javax.management.QueryExp;
import javax.management.ValueExp;
import jvmentrypoint.jmxmp.access.ReadOnly;
import org.junit.jupiter.api.Test;

/** Queries as a client sends them, evaluated as the agent does. */
class QueryBudgetTest {
    private final MBeanServer server = ReadOnly.over(ManagementFactory.getPlatformMBeanServer());

    @Test
    void queriesOfPeopleWork() throws Exception {
        ObjectName memory = new ObjectName("java.lang:type=Memory");
        QueryExp query = Query.and(
                Query.or(
                        Query.between(
                                Query.attr("ObjectPendingFinalizationCount"), Query.value(-1), Query.value(1 << 30)),
                        Query.in(Query.attr("Verbose"), new ValueExp[] {Query.value(true)})),
                Query.not(Query.or(
                        Query.match(Query.classattr(), Query.value("x*")),
                        Query.gt(
                                Query.value(1),
                                Query.plus(Query.attr("ObjectPendingFinalizationCount"), Query.value(2))))));
        assertEquals(Collections.singleton(memory), server.queryNames(new ObjectName("java.lang:*"), sent(query)));
        QueryExp wide = Query.isInstanceOf(Query.value("java.lang.management.MemoryMXBean"));
        for (int i = 0; i < 40; i++) {
            wide = Query.and(wide, Query.initialSubString(Query.attr("Verbose"), Query.value("")));
        }
        assertEquals(Collections.emptySet(), server.queryNames(null, sent(wide)));
    }

    @Test
    void sharedPartsAreCountedEachTime() throws Exception {
        QueryExp conditions = Query.anySubString(Query.classattr(), Query.value(""));
        ValueExp values = Query.value(1);
        for (int i = 0; i < 40; i++) {
            conditions = Query.and(conditions, conditions);
            values = Query.plus(values, values);
        }
        refused(conditions);
        refused(Query.eq(values, Query.value(1)));
    }

    @Test
    void patternsThatTakeForEver() throws Exception {
        for (String pattern : new String[] {"a*b", "*a*", "*.a*b*", "*a*b\\*", "\\*\\*\\*\\*", "it's*"}) {
            sent(Query.match(Query.attr("Name"), Query.value(pattern)));
        }
        for (String pattern : new String[] {"*a*a*b", "***b", "*a*a*b\\*", "\\\\*a*a*b", "*a*a*b*"}) {
            QueryExp query = Query.match(Query.attr("Name"), Query.value(pattern));
            assertThrows(InvalidObjectException.class, () -> sent(query), pattern);
        }
    }

    /** Comparing a number of 300,000 digits takes 200 ms on most JDKs. */
    @Test
    void hugeNumbers() throws Exception {
        BigInteger huge = BigInteger.ONE.shiftLeft(4096);
        for (Number number : new Number[] {huge, new BigDecimal(huge, -5)}) {
            QueryExp query = Query.eq(Query.attr("Name"), Query.value(number));
            assertThrows(InvalidObjectException.class, () -> sent(query));
        }
        sent(Query.eq(Query.attr("Name"), Query.value(huge.shiftRight(1))));
    }

    @Test
    void textsThatGrow() throws Exception {
        ValueExp text = Query.value(new String(new char[50000]));
        for (int i = 0; i < 9; i++) {
            text = Query.plus(text, text);
        }
        QueryExp query = sent(Query.eq(text, Query.value("")));
        String message = assertThrows(SecurityException.class, () -> server.queryNames(null, query))
                .getMessage();
        assertTrue(message.contains("4096 letters"), message);
    }

    private void refused(QueryExp query) throws Exception {
        QueryExp sent = sent(query);
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task);
            daemon.setDaemon(true);
            return daemon;
        });
        Callable<SecurityException> evaluation =
                () -> assertThrows(SecurityException.class, () -> server.queryNames(null, sent));
        String message = thread.submit(evaluation).get(20, TimeUnit.SECONDS).getMessage();
        assertTrue(message.contains("1000 parts"), message);
        thread.shutdown();
    }

    private static QueryExp sent(QueryExp query) throws Exception {
        FilteredWrapping wrapping = new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);
        return (QueryExp) wrapping.unwrap(wrapping.wrap(query), null);
    }
}
