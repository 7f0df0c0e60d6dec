package jvmentrypoint.jmxmp.connector;

import javax.management.BadAttributeValueExpException;
import javax.management.BadBinaryOpValueExpException;
import javax.management.BadStringOperationException;
import javax.management.InvalidApplicationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.QueryExp;
import javax.management.ValueExp;

/**
 * Counts the steps of one client's query, MBean by MBean, and stops it when there are too many.
 *
 * <p>A query may refer to one part twice, and that part to another twice: forty such parts are a few hundred bytes, and
 * 2^40 steps. The parts are private to the JDK, so that nobody can count them beforehand; but each is handed to us when
 * it has been read, before it becomes part of the next, and we put a counting one in its place.
 */
final class QueryBudget {
    /** Queries written by people have ten parts. */
    private static final int MAX_STEPS = 1000;

    private ObjectName current;
    private int steps;

    /** Takes any object of a parameter; what is no inner part of a query is returned as it is. */
    Object limited(Object read) {
        if (read instanceof QueryExp && !(read instanceof ObjectName)) { // a name is one without parts
            return new Condition(this, (QueryExp) read);
        }
        // the only values with parts; leaves must keep their class, since the JDK's fields want it
        boolean operation = read != null && read.getClass().getName().equals("javax.management.BinaryOpValueExp");
        return operation ? new Operation(this, (ValueExp) read) : read;
    }

    private void step(ObjectName name) {
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

        /** Whoever evaluates the query sets it once for all parts, see {@link javax.management.QueryEval}. */
        @Override
        public void setMBeanServer(MBeanServer server) {}
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
            return operation.apply(name);
        }

        @Override
        @Deprecated
        public void setMBeanServer(MBeanServer server) {}
    }
}
