package jvmentrypoint.jmxmp.security;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * One side's certificate and key, in PEM files or a PKCS #12 file, and the certificates that it trusts. Files that have
 * changed are read anew, since certificates are renewed while services run.
 */
public final class TlsFiles {
    private static final int MAX_KEYSTORE_BYTES = 1 << 20;

    private final String certificate;
    private final String key;
    private final String keystore;
    private final Secret keystorePassword;
    private final String trusted;

    private SSLContext context;
    private long[] stamps;

    /** Null for what is not given: neither certificate and key nor keystore, or trust as the JVM has it. */
    public TlsFiles(String certificate, String key, String keystore, Secret keystorePassword, String trusted) {
        this.certificate = certificate;
        this.key = key;
        this.keystore = keystore;
        this.keystorePassword = keystorePassword;
        this.trusted = trusted;
    }

    /** Whether the other side must be one of certain ones. */
    public boolean hasTrusted() {
        return trusted != null;
    }

    /**
     * Reads the files, where they are new.
     *
     * @throws IOException naming the file that can't be used, and why
     */
    public synchronized SSLContext context() throws IOException {
        long[] now = stamps();
        if (context == null || !Arrays.equals(now, stamps)) {
            try {
                context = make();
                stamps = now;
            } catch (GeneralSecurityException e) {
                throw new IOException("TLS: " + e.getMessage(), e);
            }
        }
        return context;
    }

    /** With nothing given, what javax.net.ssl.trustStore and the like say. */
    private SSLContext make() throws IOException, GeneralSecurityException {
        KeyManager[] keys = keys();
        TrustManager[] trust = trust();
        if (keys == null && trust == null) {
            return SSLContext.getDefault();
        }
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(keys, trust, null);
        return made;
    }

    /** Of size and time; a renewed certificate differs in the latter at least. */
    private long[] stamps() {
        String[] paths = {certificate, key, keystore, trusted};
        long[] result = new long[2 * paths.length];
        for (int i = 0; i < paths.length; i++) {
            if (paths[i] != null) {
                File file = new File(paths[i]);
                result[2 * i] = file.lastModified();
                result[2 * i + 1] = file.length();
            }
        }
        return result;
    }

    private KeyManager[] keys() throws IOException, GeneralSecurityException {
        if (certificate == null && keystore == null) {
            return null;
        }
        char[] password =
                keystore == null ? new char[0] : keystorePassword.read().toCharArray();
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keystore == null ? ofPem() : ofKeystore(password), password);
        return factory.getKeyManagers();
    }

    private KeyStore ofPem() throws IOException, GeneralSecurityException {
        Certificate[] chain = Pem.certificates(certificate);
        PrivateKey privateKey = Pem.privateKey(key, chain[0].getPublicKey().getAlgorithm());
        if (!belongTogether(privateKey, chain[0].getPublicKey())) {
            throw new IOException(key + ": not the key of the first certificate in " + certificate);
        }
        KeyStore store = empty();
        store.setKeyEntry("key", privateKey, new char[0], chain);
        return store;
    }

    /** Half of a renewal, say: no client could tell why it is turned away. Unknown algorithms are left to the handshake. */
    private static boolean belongTogether(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm();
        if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
            return true;
        }
        Signature signature = Signature.getInstance(algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        byte[] text = {1, 2, 3};
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(text);
        return isValid(signature, signed);
    }

    /** A signature of another key may not even be well-formed. */
    private static boolean isValid(Signature signature, byte[] signed) {
        try {
            return signature.verify(signed);
        } catch (SignatureException e) {
            return false;
        }
    }

    private KeyStore ofKeystore(char[] password) throws IOException, GeneralSecurityException {
        byte[] bytes = Files.read(new File(keystore), MAX_KEYSTORE_BYTES);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(new ByteArrayInputStream(bytes), password);
        } catch (IOException e) {
            throw new IOException(keystore + ": " + e.getMessage(), e);
        }
        for (String alias : java.util.Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                return store;
            }
        }
        throw new IOException(keystore + ": no private key in it");
    }

    private TrustManager[] trust() throws IOException, GeneralSecurityException {
        if (trusted == null) {
            return null;
        }
        KeyStore store = empty();
        for (Certificate each : Pem.certificates(trusted)) {
            store.setCertificateEntry("trusted" + store.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
