package com.sun.jmx.remote.opt.util;

import java.net.Socket;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.Queue;
import java.util.Set;
import jvmentrypoint.jmxmp.connector.Turns;

/**
 * Stands in for OpenDMK's pool of the same name, which does one connection's jobs.
 *
 * <p>The original queues whatever comes, so that a client that sends requests and reads no answers would fill the heap. It lets an Error reach the service's handler for uncaught exceptions, ends for good when the JVM is out of
 * threads for a moment, and keeps up to twenty nameless threads for five minutes after the last client has gone. The isolating
 * loader is the only one that ever sees this class.
 */
public class ThreadService {
    private static final long IDLE_MILLIS = 1000;
    /** What waits here takes memory; the rest waits on the peer's side. */
    private static final int MAX_QUEUED = 1;

    private final int max;
    private final Queue<Runnable> jobs = new LinkedList<Runnable>();
    private final Set<Thread> threads = new HashSet<Thread>();
    private volatile Socket client;
    private int idle;
    private boolean terminated;

    /** OpenDMK wants some threads to wait for ever; none does here. */
    public ThreadService(int unused, int max) {
        this.max = max;
    }

    /**
     * Does the job soon, and waits while many others are to be done before it, so that whoever calls reads no further. Does
     * it not at all if there is no thread and can be none: the peer goes without an answer then.
     */
    public synchronized void handoff(Runnable job) {
        awaitRoom();
        if (terminated) {
            throw new IllegalStateException("terminated");
        }
        jobs.add(job);
        if (jobs.size() > idle && threads.size() < max) {
            start();
        }
        if (threads.isEmpty()) {
            jobs.clear();
        }
        notifyAll();
    }

    private void awaitRoom() {
        boolean interrupted = false;
        while (jobs.size() >= MAX_QUEUED && !terminated) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // ends the caller's job, once it is its turn to ask
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void start() {
        Thread thread = new Worker();
        thread.setDaemon(true);
        try {
            thread.start();
            threads.add(thread);
        } catch (OutOfMemoryError e) { // "unable to create native thread"
            return; // those that there are do it
        }
    }

    /** Ends all threads, but for the one that calls, which ends by itself. */
    public synchronized void terminate() {
        terminated = true;
        jobs.clear();
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
        notifyAll();
    }

    private void work() {
        for (Runnable job = next(); job != null; job = next()) {
            try {
                job.run();
            } catch (Throwable e) { // OpenDMK has dealt with what it expects; the service must not notice the rest
                continue;
            } finally {
                Turns.ALL.end();
                Thread.interrupted(); // was meant for this job
            }
        }
    }

    /** Null, and one thread less, when there has been nothing to do for a while. */
    private synchronized Runnable next() {
        long deadline = System.nanoTime() + IDLE_MILLIS * 1000000;
        idle++;
        while (jobs.isEmpty() && !terminated) {
            long millis = (deadline - System.nanoTime()) / 1000000;
            if (millis <= 0) {
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                continue; // meant for the job before, or terminated
            }
        }
        idle--;
        Runnable job = jobs.poll();
        notifyAll(); // there is room
        if (job == null) {
            threads.remove(Thread.currentThread());
        }
        return job;
    }

    /** Whose job the calling thread does; null for nobody's: OpenDMK prepares each connection by such a service, too. */
    public static Socket client() {
        Thread thread = Thread.currentThread();
        return thread instanceof Worker ? ((Worker) thread).service().client : null;
    }

    /** The calling thread's service does this client's jobs, if it is a service's. */
    public static void serves(Socket client) {
        Thread thread = Thread.currentThread();
        if (thread instanceof Worker) {
            ((Worker) thread).service().client = client;
        }
    }

    private final class Worker extends Thread {
        Worker() {
            super("jmxmp-worker");
        }

        ThreadService service() {
            return ThreadService.this;
        }

        @Override
        public void run() {
            work();
        }
    }
}
