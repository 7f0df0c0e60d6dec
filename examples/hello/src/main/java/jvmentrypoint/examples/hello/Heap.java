package jvmentrypoint.examples.hello;

import java.util.ArrayList;
import java.util.List;

/** Runs out of heap for real, so that dumps and exits on OutOfMemoryError can be tried. */
final class Heap {
    private static final int CHUNK = 1 << 20;

    private Heap() {}

    /** Never returns. Small pieces, since one array too large would fail with the heap still empty. */
    static void fill() {
        List<byte[]> hoard = new ArrayList<>();
        while (true) {
            hoard.add(new byte[CHUNK]);
        }
    }
}
