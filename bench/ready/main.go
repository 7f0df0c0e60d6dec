// The ready command measures how long a Spring Boot web service takes until it
// answers, and its resident memory then: java -jar with nothing added, against the
// entrypoint with all its defaults, untrained and trained. All are containers of
// 512 MiB, and run by turns:
//
//	go run ./bench/ready [-n 15] [-java 17=3.5.9,21=4.0.7,25=4.0.7] [-hello]
//
// -java are versions of Java, each with that of Spring Boot; -hello takes
// examples/hello in its place. It needs a Docker daemon, Maven, dist/ as images/dist
// makes it, and the images of Java that IMAGES_JRE_MATRIX names.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"jvm-entrypoint/bench/median"
)

func main() {
	log.SetFlags(0)
	rounds := flag.Int("n", 15, "how often each is started")
	versions := flag.String("java", "17=3.5.9,21=4.0.7,25=4.0.7", "versions of Java, each with that of Spring Boot")
	hello := flag.Bool("hello", false, "the small example service in place of Spring Boot's")
	flag.Parse()
	fmt.Println("| Java | service | start | ready, ms | of bare | resident, MiB |")
	fmt.Println("|---|---|---|---|---|---|")
	for pair := range strings.SplitSeq(*versions, ",") {
		java, spring, _ := strings.Cut(pair, "=")
		if *hello {
			spring = ""
		}
		if err := measure(java, spring, *rounds); err != nil {
			log.Fatalf("bench/ready: %s: %v", pair, err)
		}
	}
}

// way is one way of starting the service.
type way struct {
	name, image string
	ready       []time.Duration
	resident    []int64 // KiB
}

func measure(java, spring string, rounds int) error {
	work, err := os.MkdirTemp("", "bench-ready-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	ways, err := prepare(work, java, spring)
	defer remove(ways)
	if err != nil {
		return err
	}
	ways = ways[1:] // all but what they are built on
	for range rounds {
		for i := range ways {
			if err := ways[i].start(); err != nil {
				return fmt.Errorf("%s: %w", ways[i].name, err)
			}
		}
	}
	report(ways, java, spring)
	return nil
}

// prepare builds the service, the base image, which is first, and an image of the service for each way.
func prepare(work, java, spring string) ([]way, error) {
	jre := ""
	for name := range strings.FieldsSeq(os.Getenv("IMAGES_JRE_MATRIX")) {
		if strings.HasSuffix(name, ":"+java) {
			jre = name
		}
	}
	if jre == "" {
		return nil, errors.New("IMAGES_JRE_MATRIX names no such image")
	}
	if err := service(work, spring); err != nil {
		return nil, err
	}
	name := func(of string) string { return fmt.Sprintf("bench-ready:%s-%s", of, java) }
	base := name("base")
	if err := run("", "docker", "build", "--quiet", "--file", "Dockerfile.base", "--build-arg", "DIST=prebuilt", "--build-arg", "JRE_IMAGE="+jre, "--tag", base, "."); err != nil {
		return nil, err
	}
	ways := []way{{name: "base", image: base}}
	for _, of := range []struct{ name, dockerfile string }{
		{"bare", "FROM " + jre + "\nCOPY service.jar /app/bin/\nENTRYPOINT [\"java\", \"-jar\", \"/app/bin/service.jar\"]\n"},
		{"untrained", "FROM " + base + "\nCOPY service.jar /app/bin/\n"},
		{"trained", "FROM " + base + "\nCOPY service.jar /app/bin/\n" +
			"ENV ENTRYPOINT_TRAIN_READY=" + check + "\nENV ENTRYPOINT_TRAIN_TRAFFIC=\"http://127.0.0.1:8080/ " + check + "\"\n" +
			"RUN [\"entrypoint\", \"--train\"]\n"},
	} {
		file := filepath.Join(work, "Dockerfile."+of.name)
		if err := os.WriteFile(file, []byte(of.dockerfile), 0o644); err != nil {
			return ways, err
		}
		if err := run("", "docker", "build", "--quiet", "--file", file, "--tag", name(of.name), work); err != nil {
			return ways, err
		}
		ways = append(ways, way{name: of.name, image: name(of.name)})
	}
	return ways, nil
}

// check is where both services tell that they are well.
const check = "http://127.0.0.1:8080/check"

// service builds service.jar.
func service(work, spring string) error {
	source := "examples/hello"
	if spring != "" {
		source = filepath.Join(work, "source")
		if err := run("", "cp", "-R", "examples/spring-boot", source); err != nil {
			return err
		}
		project := filepath.Join(source, "pom.xml")
		text, err := os.ReadFile(project)
		if err != nil {
			return err
		}
		before, behind, found := strings.Cut(string(text), "<artifactId>spring-boot-starter-parent</artifactId>\n    <version>")
		_, behind, ended := strings.Cut(behind, "<")
		if !found || !ended {
			return errors.New("examples/spring-boot/pom.xml names no version of Spring Boot")
		}
		text = []byte(before + "<artifactId>spring-boot-starter-parent</artifactId>\n    <version>" + spring + "<" + behind)
		if err := os.WriteFile(project, text, 0o644); err != nil {
			return err
		}
	}
	if err := run(source, "mvn", "-B", "-q", "-DskipTests", "package"); err != nil {
		return err
	}
	return run("", "cp", filepath.Join(source, "target", "service.jar"), filepath.Join(work, "service.jar"))
}

// start starts a container, waits until it answers, and removes it.
func (w *way) start() error {
	out, err := output("docker", "run", "--detach", "--memory", "512m", "--memory-swap", "512m", "--env", "ENTRYPOINT_HOST_IP_TIMEOUT=0", w.image)
	if err != nil {
		return err
	}
	id := strings.TrimSpace(out)
	defer output("docker", "rm", "--force", "--volumes", id)
	out, err = output("docker", "inspect", "--format", "{{.State.StartedAt}} {{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id)
	if err != nil {
		return err
	}
	var stamp, pid, address string
	if _, err := fmt.Sscan(out, &stamp, &pid, &address); err != nil {
		return fmt.Errorf("it ended at once: %w", err)
	}
	began, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return err
	}
	if err := await("http://" + address + ":8080/check"); err != nil {
		logs, _ := output("docker", "logs", "--tail", "20", id)
		return fmt.Errorf("%w\n%s", err, logs)
	}
	w.ready = append(w.ready, time.Since(began))
	resident, err := residentOf(pid)
	w.resident = append(w.resident, resident)
	return err
}

// await asks until there is a good answer.
func await(url string) error {
	client := http.Client{Timeout: 10 * time.Second}
	for began := time.Now(); time.Since(began) < 2*time.Minute; time.Sleep(2 * time.Millisecond) {
		answer, err := client.Get(url)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.New("it did not answer within two minutes")
}

// residentOf is a process's resident memory, in KiB.
func residentOf(pid string) (int64, error) {
	text, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			return strconv.ParseInt(fields[1], 10, 64)
		}
	}
	return 0, errors.New("its status tells no resident memory")
}

func report(ways []way, java, spring string) {
	kind := "hello"
	if spring != "" {
		kind = "Spring Boot " + spring
	}
	for _, w := range ways {
		of := float64(median.Of(w.ready)) / float64(median.Of(ways[0].ready))
		fmt.Printf("| %s | %s | %s | %d | %.2f | %d |\n", java, kind, w.name, median.Of(w.ready).Milliseconds(), of, median.Of(w.resident)/1024)
	}
}

func remove(ways []way) {
	for _, w := range ways {
		_, _ = output("docker", "rmi", "--force", w.image)
	}
}

func run(folder, name string, arguments ...string) error {
	cmd := exec.Command(name, arguments...)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

func output(name string, arguments ...string) (string, error) {
	out, err := exec.Command(name, arguments...).Output()
	return string(out), err
}
