package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jvmentrypoint.jmxmp.fixture.Jdks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** On a laptop the tests run on the JDKs that are there; CI leaves out none that the README promises. */
@EnabledIfEnvironmentVariable(named = "CI", matches = "true")
class JdksIT {
    @Test
    void eachPromisedVersionOnce() throws IOException {
        List<Integer> versions = new ArrayList<Integer>();
        for (String home : Jdks.homes()) {
            versions.add(Jdks.version(home));
        }
        Collections.sort(versions);
        assertEquals(Arrays.asList(8, 11, 17, 21, 25, 26), versions);
    }
}
