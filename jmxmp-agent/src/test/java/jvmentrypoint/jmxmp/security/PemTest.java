package jvmentrypoint.jmxmp.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    /** Made by openssl ecparam for this test; nothing is protected by it. */
    private static final String EC = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + "-----BEGIN EC PRIVATE KEY-----\n"
            + "MHcCAQEEIFJ7A8vIihehDjK1nZN3dnxwpCG/ixKQr6P8aKT86F5toAoGCCqGSM49\n"
            + "AwEHoUQDQgAEujmQdku6XNippfYrtTMURDA0jjZsKDL92aKdYy6gBPj6ivVnDpME\n"
            + "4J+lOehxkIDp2xTED02DDbBSmNoQuc6LkA==\n-----END EC PRIVATE KEY-----\n";

    private static final String EC_VALUE = "527b03cbc88a17a10e32b59d9377767c70a421bf8b1290afa3fc68a4fce85e6d";

    @TempDir
    Path folder;

    @Test
    void ec() throws Exception {
        ECPrivateKey key = (ECPrivateKey) Pem.privateKey(file(EC.getBytes(StandardCharsets.US_ASCII)), "EC");
        assertEquals(new BigInteger(EC_VALUE, 16), key.getS());
        assertEquals(256, key.getParams().getOrder().bitLength());
    }

    @Test
    void rsaInBothForms() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        byte[] pkcs8 = key.getEncoded();
        byte[] pkcs1 =
                Arrays.copyOfRange(pkcs8, 26, pkcs8.length); // behind version, algorithm and the octet string's head
        for (String text : new String[] {pem("PRIVATE KEY", pkcs8), pem("RSA PRIVATE KEY", pkcs1)}) {
            String path = file(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertArrayEquals(pkcs8, Pem.privateKey(path, "RSA").getEncoded());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no key",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIT/////AAAA\n-----END EC PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n\u0001\u0002=\n-----END PRIVATE KEY-----",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----",
            })
    void noKey(String text) throws IOException {
        String path = file(text.getBytes(StandardCharsets.UTF_8));
        IOException e = assertThrows(IOException.class, () -> Pem.privateKey(path, "EC"));
        assertTrue(e.getMessage().startsWith(path + ": no private key"), e.getMessage());
    }

    @Test
    void noCertificate() throws IOException {
        String path = file(EC.getBytes(StandardCharsets.US_ASCII));
        IOException e = assertThrows(IOException.class, () -> Pem.certificates(path));
        assertTrue(e.getMessage().startsWith(path + ": no certificate"), e.getMessage());
    }

    @Test
    void tooBigOrNoFile() throws IOException {
        String path = file(new byte[2 << 20]);
        assertThrows(IOException.class, () -> Pem.privateKey(path, "EC"));
        assertThrows(IOException.class, () -> Pem.certificates(folder.toString()));
    }

    private String file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file.pem"), bytes).toString();
    }

    private static String pem(String kind, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
