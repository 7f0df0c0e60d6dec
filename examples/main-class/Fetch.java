import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/** Prints the first line that each URL answers with. */
public final class Fetch {
    public static void main(String[] urls) throws IOException {
        for (String url : urls) {
            try (BufferedReader answer =
                    new BufferedReader(new InputStreamReader(new URL(url).openStream(), StandardCharsets.UTF_8))) {
                System.out.println(answer.readLine());
            }
        }
    }
}
