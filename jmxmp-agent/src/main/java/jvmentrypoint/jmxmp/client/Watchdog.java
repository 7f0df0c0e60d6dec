package jvmentrypoint.jmxmp.client;

/**
 * Does something when the time is up, whatever else goes on: a hostile server can send what takes for ever to
 * deserialise or to print, and no time-out of a socket ends that.
 */
final class Watchdog implements Runnable {
    private final long millis;
    private final Runnable bark;

    private Watchdog(long millis, Runnable bark) {
        this.millis = millis;
        this.bark = bark;
    }

    static void start(long millis, Runnable bark) {
        Thread thread = new Thread(new Watchdog(millis, bark), "jmxmp-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            return; // nobody does that
        }
        bark.run();
    }
}
