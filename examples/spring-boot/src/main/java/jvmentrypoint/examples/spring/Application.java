package jvmentrypoint.examples.spring;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says in which container it runs. All else that the entrypoint tells is used in application.properties. */
@SpringBootApplication
@RestController
public class Application {
    private final String container;

    Application(@Value("${container.id:nowhere}") String container) {
        this.container = container;
    }

    @GetMapping("/")
    String hello() {
        return "hello from " + container + "\n";
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }
}
