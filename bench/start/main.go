// Command start measures what stands before java: the entrypoint against a
// bare Go program that only execs, against the same with the entrypoint's
// libraries linked in (whose packages' initialisation is what cannot be saved),
// and against a shell script that does the same work with curl, ifconfig and
// awk. Everything runs interleaved, java is a program that ends at once, and
// IMDS is on loopback, so that the ratios are of one run on one machine:
//
//	go run ./bench/start [-n runs]
package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jvm-entrypoint/bench/median"
)

// A way of starting java.
type way struct {
	name    string
	command []string
	environ []string
	every   int // it is run once in so many rounds
	took    []time.Duration
}

func main() {
	runs := flag.Int("n", 200, "how often each way is run")
	flag.Parse()
	if err := measure(*runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench/start:", err)
		os.Exit(1)
	}
}

func measure(runs int) error {
	root, err := os.MkdirTemp("", "bench-start-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	imds := httptest.NewServer(http.HandlerFunc(answer))
	defer imds.Close()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer silent.Close()
	if err := prepare(root); err != nil {
		return err
	}
	ways, err := allWays(root, imds.URL, silent.URL)
	if err != nil {
		return err
	}
	var trips []time.Duration
	for run := range runs {
		for i := range ways {
			if run%ways[i].every != 0 {
				continue
			}
			if err := ways[i].run(); err != nil {
				return err
			}
		}
		trip, err := twoRoundTrips(imds.URL)
		if err != nil {
			return err
		}
		trips = append(trips, trip)
	}
	report(ways)
	fmt.Printf("two round trips to that IMDS over a new connection take %.2f ms\n", milliseconds(median.Of(trips)))
	return nil
}

// twoRoundTrips is what a token and an address take, asked by a process that
// has long been running.
func twoRoundTrips(imds string) (time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	began := time.Now()
	for _, method := range []string{http.MethodPut, http.MethodGet} {
		request, err := http.NewRequest(method, imds, nil)
		if err != nil {
			return 0, err
		}
		response, err := client.Do(request)
		if err != nil {
			return 0, err
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return 0, err
		}
		response.Body.Close()
	}
	return time.Since(began), nil
}

// prepare builds what is measured, and a Java home whose java ends at once.
func prepare(root string) error {
	for name, source := range map[string]string{"entrypoint": "./cmd/entrypoint", "bareexec": "./bench/start/bareexec", "librariesexec": "./bench/start/librariesexec"} {
		build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(root, name), source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build %s: %w", source, err)
		}
	}
	program, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	for _, folder := range []string{"jdk/bin", "app"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			return err
		}
	}
	if err := os.Symlink(program, filepath.Join(root, "jdk/bin/java")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "jdk/release"), []byte("JAVA_VERSION=\"17.0.1\"\n"), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "app/app.jar"), []byte("PK"), 0o644)
}

// allWays lists what is compared, the reference first.
func allWays(root, imds, silent string) ([]way, error) {
	java := filepath.Join(root, "jdk/bin/java")
	entrypoint := []string{filepath.Join(root, "entrypoint")}
	environ := []string{
		"PATH=" + os.Getenv("PATH"), "JAVA_HOME=" + filepath.Join(root, "jdk"), "BIN_JAR=" + root + "/app/*.jar",
		"JVM_LOG_ROOT=" + root + "/log", "JVM_HEAP_DUMP_ROOT=" + root + "/heap_dumps", "JMXMP_AGENT=" + root + "/app/app.jar",
		"ENTRYPOINT_LOG=off",
	}
	with := func(variables ...string) []string { return append(slices.Clone(environ), variables...) }
	ways := []way{
		{name: "a Go program that only execs", every: 1, command: []string{filepath.Join(root, "bareexec"), java}, environ: environ},
		{name: "the same with our libraries", every: 1, command: []string{filepath.Join(root, "librariesexec"), java}, environ: environ},
		{name: "the entrypoint, nothing to ask", every: 1, command: entrypoint, environ: with("HOST_IP=10.0.0.5")},
		{name: "the entrypoint, IMDS answering", every: 1, command: entrypoint, environ: with("AWS_EC2_METADATA_SERVICE_ENDPOINT=" + imds)},
		{name: "the entrypoint, ECS answering", every: 1, command: entrypoint, environ: with("HOST_IP=10.0.0.5", "ECS_CONTAINER_METADATA_URI_V4="+imds+"/v4/id")},
		{name: "the entrypoint, IMDS silent", every: 20, command: entrypoint, environ: with("AWS_EC2_METADATA_SERVICE_ENDPOINT=" + silent)},
	}
	for _, tool := range []string{"bash", "curl", "ifconfig", "awk"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Printf("skipped: the shell script, for want of %s\n", tool)
			return ways, nil
		}
	}
	script, err := filepath.Abs("bench/start/article.sh")
	if err != nil {
		return nil, err
	}
	return append(ways, way{
		name: "a shell script, IMDS answering", every: 1, command: []string{script},
		environ: append(slices.Clone(environ), "IMDS="+imds, "JAVA="+java, "ROOT="+root),
	}), nil
}

func (w *way) run() error {
	cmd := exec.Command(w.command[0], w.command[1:]...)
	cmd.Env = w.environ
	began := time.Now()
	output, err := cmd.CombinedOutput()
	w.took = append(w.took, time.Since(began))
	if err != nil {
		return fmt.Errorf("%s: %w: %s", w.name, err, output)
	}
	return nil
}

func report(ways []way) {
	reference := median.Of(ways[0].took)
	fmt.Printf("start to the end of a java that ends at once, medians of %d\n", len(ways[0].took))
	for _, w := range ways {
		m := median.Of(w.took)
		fmt.Printf("%-32s %8.2f ms %7.2fx\n", w.name, milliseconds(m), float64(m)/float64(reference))
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// answer is IMDS at its best, and ECS's endpoint.
func answer(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
		_, _ = io.WriteString(w, "token")
		return
	}
	if strings.HasPrefix(r.URL.Path, "/v4/") {
		_, _ = io.WriteString(w, `{"Name": "web", "Cluster": "default", "Limits": {"CPU": 1, "Memory": 1024}}`)
		return
	}
	_, _ = io.WriteString(w, "10.0.0.5")
}
