package unit;

/** What Torture knows of the classes that are generated. */
public interface Unit {
    /** Does something with every class of the unit. */
    long work(long seed);

    /** Answers a request, or what is left of it, by way of the rest of the chain. */
    long handle(Chain chain, long seed);

    /** The units that a request is still to go through. */
    interface Chain {
        long proceed();
    }
}
