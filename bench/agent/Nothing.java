import java.lang.instrument.Instrumentation;

/**
 * The cheapest agent there can be: what is above its cost is ours. The JVM looks for a premain of two parameters first,
 * and one of one parameter would cost it an exception whose text takes the JDK's lambdas.
 */
public final class Nothing {
    private Nothing() {}

    public static void premain(String arguments, Instrumentation unused) {}
}
