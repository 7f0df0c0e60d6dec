// Command agent measures what jmxmp-agent costs a service, on each Java home
// given: the JVM's start and end, memory before and after clients came, the
// first connection, and the start with a cache of classes that was trained with
// the agent. The reference is an agent that does nothing: a -javaagent as such
// costs the JVM more than ours does. Everything runs interleaved, so that the
// differences are of one run on one machine:
//
//	(cd jmxmp-agent && mvn -B -q package)
//	TEST_JAVA_HOMES=/path/to/jdk17:/path/to/jdk25 go run ./bench/agent [-n runs] [-services runs]
//
// It needs Linux, and a javac and jar that know --release 8.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"jvm-entrypoint/bench/median"
)

// A bench is what the command line says, and what was built for it.
type bench struct {
	homes          string
	agent, opendmk string
	runs, services int
	root           string
}

func main() {
	var b bench
	flag.StringVar(&b.homes, "homes", os.Getenv("TEST_JAVA_HOMES"), "Java homes, separated by colons")
	flag.StringVar(&b.agent, "agent", "jmxmp-agent/target/jmxmp-agent.jar", "the agent")
	flag.StringVar(&b.opendmk, "opendmk", "jmxmp-agent/target/opendmk.jar", "OpenDMK, for the client")
	flag.IntVar(&b.runs, "n", 40, "how often the JVM is started each way")
	flag.IntVar(&b.services, "services", 15, "how many services of each kind are asked for their memory, and connected to")
	flag.Parse()
	if err := b.measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/agent:", err)
		os.Exit(1)
	}
}

func (b *bench) measure() error {
	if b.homes == "" {
		return fmt.Errorf("no Java homes (set -homes or TEST_JAVA_HOMES)")
	}
	var err error
	for _, path := range []*string{&b.agent, &b.opendmk} {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
		if _, err := os.Stat(*path); err != nil {
			return fmt.Errorf("%w (build jmxmp-agent with Maven first)", err)
		}
	}
	if b.root, err = os.MkdirTemp("", "bench-agent-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.root)
	if err := b.prepare(); err != nil {
		return err
	}
	for _, home := range filepath.SplitList(b.homes) {
		j, err := newJVM(filepath.Join(home, "bin/java"))
		if err != nil {
			return err
		}
		fmt.Printf("\nJava %s\n", j.version)
		if err := b.starts(j); err != nil {
			return err
		}
		if err := b.lives(j); err != nil {
			return err
		}
	}
	return nil
}

// prepare builds the programs, and the jar of the agent that does nothing. A
// jar and no folder holds the service's classes, since caches know only jars.
func (b *bench) prepare() error {
	manifest := b.path("manifest")
	if err := os.WriteFile(manifest, []byte("Premain-Class: Nothing\n"), 0o644); err != nil {
		return err
	}
	for _, command := range [][]string{
		{"javac", "--release", "8", "-Xlint:-options", "-d", b.root, "bench/agent/Hello.java", "bench/agent/Nothing.java", "bench/agent/Service.java", "bench/agent/Client.java"},
		{"jar", "cfm", b.path("nothing.jar"), manifest, "-C", b.root, "Nothing.class"},
		{"jar", "cf", b.path("service.jar"), "-C", b.root, "Hello.class", "-C", b.root, "Service.class"},
	} {
		if output, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, output)
		}
	}
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.root, name) }

func (b *bench) nothing() string { return "-javaagent:" + b.path("nothing.jar") }

func (b *bench) ours(port int) string {
	return fmt.Sprintf("-javaagent:%s=port=%d,bind=127.0.0.1", b.agent, port)
}

// A jvm is one that is measured.
type jvm struct {
	java, version string
	feature       int // 8, 17, 25
}

func newJVM(java string) (jvm, error) {
	output, err := exec.Command(java, "-version").CombinedOutput()
	if err != nil {
		return jvm{}, fmt.Errorf("%s: %w: %s", java, err, output)
	}
	_, rest, _ := strings.Cut(string(output), `"`)
	version, _, _ := strings.Cut(rest, `"`)
	number, _, _ := strings.Cut(strings.TrimPrefix(version, "1."), ".")
	number, _, _ = strings.Cut(number, "-")
	feature, err := strconv.Atoi(number)
	if err != nil {
		return jvm{}, fmt.Errorf("%s: no version in %q", java, output)
	}
	return jvm{java: java, version: version, feature: feature}, nil
}

// difference is the median of the rounds' differences, which the machine's
// other work disturbs less than the difference of medians.
func difference(values, reference []float64) float64 {
	var all []float64
	for i := range values {
		all = append(all, values[i]-reference[i])
	}
	return median.Of(all)
}
