package jvmentrypoint.jmxmp.security;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;

/**
 * Certificates and private keys as text: what openssl, cert-manager and AWS hand out. The JDK reads certificates itself,
 * and keys in PKCS #8 (RFC 5208); the older forms, PKCS #1 for RSA and SEC 1 (RFC 5915) for EC, are wrapped into it here.
 */
final class Pem {
    private static final int MAX_BYTES = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";

    /** AlgorithmIdentifier of rsaEncryption, with its NULL (RFC 8017). */
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };
    /** The object identifier id-ecPublicKey (RFC 5480). */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private static final byte[] VERSION_0 = {2, 1, 0};

    private Pem() {}

    /**
     * All certificates of a file, in its order.
     *
     * @throws IOException naming the file
     */
    static Certificate[] certificates(String path) throws IOException {
        byte[] bytes = Files.read(new File(path), MAX_BYTES);
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (all.isEmpty()) {
                throw new IOException(path + ": no certificate in it");
            }
            return all.toArray(new Certificate[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException(path + ": no certificate: " + e.getMessage(), e);
        }
    }

    /**
     * The first private key of a file. The algorithm is that of the certificate's public key.
     *
     * @throws IOException naming the file
     */
    static PrivateKey privateKey(String path, String algorithm) throws IOException {
        String text = new String(Files.read(new File(path), MAX_BYTES), StandardCharsets.US_ASCII);
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8(text)));
        } catch (GeneralSecurityException e) {
            throw new IOException(path + ": no private key for a certificate with " + algorithm, e);
        } catch (IllegalArgumentException e) { // neither PEM nor Base64 nor DER; its text may quote the key
            throw new IOException(path + ": no private key in PEM (decrypt an encrypted one: openssl pkcs8)");
        }
    }

    private static byte[] pkcs8(String text) {
        for (String kind : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
            int begin = text.indexOf(BEGIN + kind + "-----");
            if (begin >= 0) {
                int start = begin + BEGIN.length() + kind.length() + 5;
                int end = text.indexOf("-----END " + kind, start);
                byte[] der = Base64.getMimeDecoder().decode(text.substring(start, Math.max(end, start)));
                return kind.startsWith("RSA")
                        ? wrap(RSA, der)
                        : kind.startsWith("EC") ? wrap(sequence(EC, curve(der)), der) : der;
            }
        }
        throw new IllegalArgumentException("no key");
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return sequence(VERSION_0, algorithm, tagged(4, key));
    }

    /** The curve's object identifier out of ECPrivateKey: SEQUENCE { version, privateKey, [0] curve, [1] publicKey }. */
    private static byte[] curve(byte[] key) {
        int at = content(key, 0);
        while (at < key.length) {
            int start = content(key, at);
            int end = start + length(key, at);
            if ((key[at] & 0xff) == 0xa0) {
                return Arrays.copyOfRange(key, start, end);
            }
            at = end;
        }
        throw new IllegalArgumentException("no curve");
    }

    /** Where the content of the element at this place begins. */
    private static int content(byte[] der, int at) {
        int first = byteAt(der, at + 1);
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = byteAt(der, at + 1);
        int length = first;
        if (first >= 0x80) {
            length = 0;
            for (int i = 0; i < (first & 0x7f); i++) {
                length = length << 8 | byteAt(der, at + 2 + i);
            }
        }
        if (length < 0 || length > der.length) {
            throw new IllegalArgumentException("not DER");
        }
        return length;
    }

    private static int byteAt(byte[] der, int at) {
        if (at >= der.length) {
            throw new IllegalArgumentException("not DER");
        }
        return der[at] & 0xff;
    }

    private static byte[] sequence(byte[]... elements) {
        int length = 0;
        for (byte[] element : elements) {
            length += element.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] element : elements) {
            System.arraycopy(element, 0, all, at, element.length);
            at += element.length;
        }
        return tagged(0x30, all);
    }

    /** DER wants the shortest form of a length. */
    private static byte[] tagged(int tag, byte[] content) {
        int lengthBytes = 0;
        while (content.length >= 0x80 && content.length >> 8 * lengthBytes != 0) {
            lengthBytes++;
        }
        byte[] all = new byte[2 + lengthBytes + content.length];
        all[0] = (byte) tag;
        all[1] = (byte) (lengthBytes == 0 ? content.length : 0x80 | lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            all[2 + i] = (byte) (content.length >> 8 * (lengthBytes - 1 - i));
        }
        System.arraycopy(content, 0, all, 2 + lengthBytes, content.length);
        return all;
    }
}
