package jvmentrypoint.jmxmp.client;

import java.io.EOFException;
import java.io.InvalidClassException;
import java.io.StreamCorruptedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.net.ssl.SSLException;

/** What went wrong, in the words of one who wants to know what to do next. */
final class Failure {
    private Failure() {}

    static String text(Throwable e) {
        if (e instanceof OutOfMemoryError || e instanceof StackOverflowError) {
            return "the answer is too big for this client";
        }
        if (e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused")) {
            return "connection refused";
        }
        if (e instanceof UnknownHostException) {
            return "unknown host";
        }
        if (e instanceof NoRouteToHostException) {
            return "no route to host";
        }
        boolean late = String.valueOf(e.getMessage()).startsWith("Waiting response timeout"); // OpenDMK
        if (late || e instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        if (e instanceof SSLException) {
            return tls(e);
        }
        if (e instanceof EOFException) {
            return "the server closed the connection";
        }
        if ("The client has been closed.".equals(e.getMessage())) { // OpenDMK, once its reader met the end
            return "connection lost";
        }
        if (e instanceof StreamCorruptedException) {
            return "no JMXMP server: " + e.getMessage();
        }
        if (e instanceof InstanceNotFoundException) {
            return "no such MBean: " + e.getMessage();
        }
        if (e instanceof AttributeNotFoundException) {
            return "no such attribute: " + e.getMessage();
        }
        if (e instanceof InvalidClassException || e instanceof ClassNotFoundException) {
            return "a value that this client doesn't know: " + e.getMessage();
        }
        return e.getMessage() == null ? e.getClass().getName() : lower(e.getMessage());
    }

    /** The JDK's own texts speak of paths, anchors and alerts. */
    private static String tls(Throwable e) {
        String text = String.valueOf(e.getMessage());
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return "the server's certificate isn't valid now: " + cause.getMessage();
            }
            if (cause instanceof CertPathBuilderException) {
                return "the server's certificate isn't trusted: use --ca with the certificate of who signed it";
            }
            text = String.valueOf(cause.getMessage());
        }
        if (text.contains("certificate_required") || text.contains("bad_certificate")) {
            return "the server wants a certificate that it trusts: use --cert and --key (" + lower(text) + ")";
        }
        if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) {
            return "the server's certificate is for another name (" + lower(text) + "): use --server-name";
        }
        return "TLS: " + text;
    }

    private static String lower(String message) {
        boolean word = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return word ? message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1) : message;
    }
}
