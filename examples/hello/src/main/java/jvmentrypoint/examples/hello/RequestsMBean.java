package jvmentrypoint.examples.hello;

/** What a JMX client sees of {@link Requests}; the name and the public modifier are the rules of a standard MBean. */
public interface RequestsMBean {
    long getCount();

    String getGreeting();

    void reset();
}
