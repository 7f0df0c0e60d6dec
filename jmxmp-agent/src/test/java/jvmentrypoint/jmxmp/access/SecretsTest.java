package jvmentrypoint.jmxmp.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "DbPassword",
                "javax.net.ssl.keyStorePassword",
                "db.passwd",
                "PASSPHRASE",
                "client_secret",
                "accessToken",
                "aws.credentials",
                "apikey",
                "api-key",
                "ACCESS_KEY",
                "API_KEY",
                "api.key",
                "privateKey",
                "private-key",
                "PRIVATE_KEY",
                "private key",
                "pass",
                "dbPass",
                "DB_PWD",
                "Proxy-Authorization",
                "licenseKey",
            })
    void keys(String name) {
        assertEquals("(set)", Secrets.mask(name, "x"));
        assertEquals("", Secrets.mask(name, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user",
                "bypass",
                "compass",
                "pass.through",
                "authorization.url",
                "key",
                "path",
                "HeapMemoryUsage",
                "java.class.path",
                "keyStore"
            })
    void noKeys(String name) {
        assertEquals("x", Secrets.mask(name, "x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "postgres://app:hunter2@db:5432/shop            | postgres://app:(set)@db:5432/shop",
                "jdbc:postgresql://app:h@nter2@db/shop          | jdbc:postgresql://app:(set)@db/shop",
                "http://:hunter2@proxy:3128                     | http://:(set)@proxy:3128",
                "a http://u:hunter2@x b https://u:hunter2@y     | a http://u:(set)@x b https://u:(set)@y",
                "jdbc:mysql://db/shop?user=u&password=hunter2&x=1 | jdbc:mysql://db/shop?user=u&password=(set)&x=1",
                "jdbc:sqlserver://db;password=hunter2;encrypt=true | jdbc:sqlserver://db;password=(set);encrypt=true",
                "user=u password = hunter2                      | user=u password = (set)",
                "module required password=\"hun ter2\" x=1      | module required password=(set) x=1",
                "{\"password\": \"hun ter2\", \"user\": \"u\"}  | {\"password\": (set), \"user\": \"u\"}",
                "{\"apiKey\":\"hunter2\"}                       | {\"apiKey\":(set)}",
                "com.App --db-password hunter2 --verbose        | com.App --db-password (set)",
                "run \"--password hunter2\" now                  | run \"--password (set)",
                "--password --verbose                           | --password (set)",
                "password: hun ter2                             | password: (set)",
                "password=a,hunter2                             | password=(set)",
                "password=hun ter2\\n-x hunter2                   | password=(set)",
                "password=a&b,c&x=1;y=2                         | password=(set)&x=1;y=2",
                "password='a\\'hunter2' x=1                     | password=(set) x=1",
                "password=\"a\"hunter2 x                         | password=(set)",
                "{\\\"password\\\":\\\"hunter2\\\",\\\"x\\\":1}        | {\\\"password\\\":(set)",
                "{\"password\": {\"v\":\"a&b=hunter2\"}}           | {\"password\": (set)",
                "{\"password\":[\"hunter2\"]}                    | {\"password\":(set)",
                "<password>hunter2</password>                   | <password>(set)",
                "x -----BEGIN PRIVATE KEY-----\\nhunter2         | x -----BEGIN PRIVATE KEY-----(set)",
                "http://u:hun'ter2@h/                           | http://u:(set)@h/",
                "http://u:h@n/ter2@h/                           | http://u:(set)@h/",
                "com.App --token=hunter2 file                   | com.App --token=(set)",
                "java -Da.password=hun ter2 -Xmx1g -Db=c        | java -Da.password=(set)",
                "-javaagent:a.jar=secret=hunter2                | -javaagent:a.jar=secret=(set)",
            })
    void masked(String text, String want) {
        assertEquals(want, Secrets.mask(text.replace("\\n", "\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "http://host:80/path",
                "http://host/path?mail=a@b",
                "service:jmx:jmxmp://127.0.0.1:5555",
                "/app/lib/token-1.0.jar:/app/lib/secrets.jar",
                "no password given",
                "password=",
                "://",
                "a@b://c",
            })
    void unchanged(String text) {
        assertEquals(text, Secrets.mask(text));
    }

    @ParameterizedTest
    @CsvSource({
        "-Ddb.password=a b -c d, -Ddb.password=(set)",
        "-Ddb.user=a, -Ddb.user=a",
        "-Durl=http://u:p@h, -Durl=http://u:(set)@h",
        "-Xmx1g, -Xmx1g",
    })
    void arguments(String argument, String want) {
        assertEquals(want, Secrets.maskArgument(argument));
    }

    /** The cases that the entrypoint's tests read, too. */
    @ParameterizedTest
    @MethodSource("casesOfTheEntrypoint")
    void argumentsAsTheEntrypointShowsThem(String argument, String want) {
        assertEquals(want, Secrets.maskArgument(argument));
    }

    static List<Arguments> casesOfTheEntrypoint() throws IOException {
        List<Arguments> cases = new ArrayList<Arguments>();
        for (String line : Files.readAllLines(Paths.get("../launcher/testdata/secrets.txt"))) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] sides = line.split(" => ", 2);
                cases.add(Arguments.of(sides[0], sides[sides.length - 1]));
            }
        }
        return cases;
    }

    /** Each must take milliseconds; with a quadratic search it would be minutes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "://",
                "password",
                "-token",
                "\"secret\":",
                "://a:",
                "@",
                "token=",
                "&a=b",
                "token=&",
                "token\\\"",
                "-token ",
                "pass-",
                "-Dpass",
                "http://a@",
                "redis",
                "jdbc:oracle:/",
            })
    void longTextTakesNoTime(String part) {
        StringBuilder text = new StringBuilder();
        while (text.length() < 2000000) {
            text.append(part);
        }
        org.junit.jupiter.api.Assertions.assertTimeout(
                java.time.Duration.ofSeconds(10), () -> Secrets.mask(text.toString()));
    }

    /** Main class and arguments in one text: all behind the first secret's name may be secret. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "com.App --db-password hunter2 --x      | com.App --db-password (set)",
                "com.App x --private-key=-----BEGIN\\nhunter2 | com.App x --private-key=(set)",
                "com.App -p token hunter2               | com.App -p token (set)",
                "/app/token-1.0.jar --port 1            | /app/token-1.0.jar --port 1",
                "com.App http://u:hunter2@h x           | com.App http://u:(set)@h x",
                "com.App --password                     | com.App --password",
            })
    void commands(String text, String want) {
        assertEquals(want, Secrets.mask("sun.java.command", text.replace("\\n", "\n")));
    }
}
