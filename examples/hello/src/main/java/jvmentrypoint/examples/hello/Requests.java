package jvmentrypoint.examples.hello;

import java.util.concurrent.atomic.AtomicLong;

/** The service's own MBean: two attributes to read, and an operation that a read-only client must not get. */
final class Requests implements RequestsMBean {
    static final String NAME = "hello:type=Requests";

    private final AtomicLong count = new AtomicLong();
    private final String greeting;

    Requests(String greeting) {
        this.greeting = greeting;
    }

    void increment() {
        count.incrementAndGet();
    }

    @Override
    public long getCount() {
        return count.get();
    }

    @Override
    public String getGreeting() {
        return greeting;
    }

    @Override
    public void reset() {
        count.set(0);
    }
}
