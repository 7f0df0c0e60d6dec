package jvmentrypoint.jmxmp.connector;

import java.io.InvalidObjectException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.TimeUnit;
import javax.management.BadAttributeValueExpException;
import javax.management.BadBinaryOpValueExpException;
import javax.management.BadStringOperationException;
import javax.management.InvalidApplicationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.QueryExp;
import javax.management.StringValueExp;
import javax.management.ValueExp;
import jvmentrypoint.jmxmp.access.QueryServer;

/**
 * Counts the steps of one client's query, MBean by MBean, and stops it when there are too many or they take too long.
 *
 * <p>A query may refer to one part twice, and that part to another twice: forty such parts are a few hundred bytes, and
 * 2^40 steps. The parts are private to the JDK, so that nobody can count them beforehand; but each is handed to us when
 * it has been read, before it becomes part of the next, and we put a counting one in its place.
 *
 * <p>A single step may be costly, too: the JDK matches a pattern by trying everything, which takes seconds for
 * {@code *a*a*a*a*b} and a text of 60 letters; it compares huge numbers by printing them; and what is joined with itself
 * twenty times is a million times as long.
 */
final class QueryBudget {
    /** Queries written by people have ten parts. */
    private static final int MAX_STEPS = 1000;
    /** For all MBeans together. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Besides one at the end, which costs nothing. */
    private static final int MAX_ASTERISKS = 2;
    /** Of a number; 1233 digits. */
    private static final int MAX_BITS = 4096;
    /** Of a text that a query joins. */
    private static final int MAX_CHARS = 4 << 10;

    private ObjectName current;
    private int steps;
    /** 0 before the first step: a message may wait for its turn. */
    private long begun;

    /** Takes any object of a parameter; what is no inner part of a query is returned as it is. */
    Object limited(Object read) throws InvalidObjectException {
        checkNumber(read);
        checkPattern(read);
        if (read instanceof QueryExp && !(read instanceof ObjectName)) { // a name is one without parts
            return new Condition(this, (QueryExp) read);
        }
        // the only values with parts; leaves must keep their class, since the JDK's fields want it
        boolean operation = read != null && read.getClass().getName().equals("javax.management.BinaryOpValueExp");
        return operation ? new Operation(this, (ValueExp) read) : read;
    }

    private static void checkNumber(Object read) throws InvalidObjectException {
        BigInteger digits = read instanceof BigDecimal ? ((BigDecimal) read).unscaledValue() : null;
        digits = read instanceof BigInteger ? (BigInteger) read : digits;
        if (digits != null && digits.bitLength() > MAX_BITS) {
            throw new InvalidObjectException("a number of more than " + MAX_BITS + " bits: refused");
        }
    }

    /** Its text is {@code attribute like 'pattern'}; what an attribute's name would add to the count is no loss. */
    private static void checkPattern(Object read) throws InvalidObjectException {
        if (read != null && read.getClass().getName().equals("javax.management.MatchQueryExp")) {
            String text = read.toString();
            int asterisks = 0;
            int end = text.length() - 2; // where one that costs nothing would be
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                asterisks += c == '*' && i != end ? 1 : 0;
                i += c == '\\' ? 1 : 0; // it escapes the next
            }
            if (asterisks > MAX_ASTERISKS) {
                throw new InvalidObjectException("a pattern with more than " + MAX_ASTERISKS
                        + " asterisks before its end: refused, matching it could take for ever");
            }
        }
    }

    private void step(ObjectName name) {
        begun = begun == 0 ? System.nanoTime() | 1 : begun;
        if (System.nanoTime() - begun > MAX_NANOS) {
            throw new SecurityException("a query of more than " + MAX_NANOS / 1000000000 + " seconds: refused");
        }
        if (name != current) {
            current = name;
            steps = 0;
        }
        if (++steps > MAX_STEPS) {
            throw new SecurityException("a query of more than " + MAX_STEPS + " parts: refused");
        }
    }

    private static final class Condition implements QueryExp {
        private static final long serialVersionUID = 1;

        private final transient QueryBudget budget;
        private final transient QueryExp condition;

        Condition(QueryBudget budget, QueryExp condition) {
            this.budget = budget;
            this.condition = condition;
        }

        @Override
        public boolean apply(ObjectName name)
                throws BadStringOperationException, BadBinaryOpValueExpException, BadAttributeValueExpException,
                        InvalidApplicationException {
            budget.step(name);
            return condition.apply(name);
        }

        @Override
        public void setMBeanServer(MBeanServer server) {
            QueryServer.set(server);
        }
    }

    private static final class Operation implements ValueExp {
        private static final long serialVersionUID = 1;

        private final transient QueryBudget budget;
        private final transient ValueExp operation;

        Operation(QueryBudget budget, ValueExp operation) {
            this.budget = budget;
            this.operation = operation;
        }

        @Override
        public ValueExp apply(ObjectName name)
                throws BadStringOperationException, BadBinaryOpValueExpException, BadAttributeValueExpException,
                        InvalidApplicationException {
            budget.step(name);
            ValueExp result = operation.apply(name);
            if (result instanceof StringValueExp
                    && ((StringValueExp) result).getValue().length() > MAX_CHARS) {
                throw new SecurityException("a query for a text of more than " + MAX_CHARS + " letters: refused");
            }
            return result;
        }

        @Override
        @Deprecated
        public void setMBeanServer(MBeanServer server) {}
    }
}
