package jvmentrypoint.jmxmp.connector;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** Classes of the service's own that somebody has allowed as parameters of its MBeans. What they do in readObject is then done. */
final class ServiceTypes {
    static final ServiceTypes NONE = new ServiceTypes(Collections.<String>emptySet());

    private final Set<String> names;

    /** Takes names of classes, and of packages with {@code .*} at the end, which doesn't mean those below them. */
    ServiceTypes(Collection<String> names) {
        this.names = Collections.unmodifiableSet(new HashSet<String>(names));
    }

    /** Takes a binary name, not an array's. */
    boolean allows(String name) {
        return names.contains(name) || names.contains(name.substring(0, name.lastIndexOf('.') + 1) + "*");
    }
}
