// Command gc measures which garbage collector suits a service on JDK 8 with
// the heap that the launcher gives it: the JVM's own choice against each of
// its collectors. Load.java is the service. Every round runs all of them, one
// after the other, so that the ratios are of one run on one machine:
//
//	go run ./bench/gc -java /path/to/jdk8/bin/java [-n runs] [-heaps 512m,3g] [-processors 1,2]
//
// It needs Linux, a javac that knows --release 8, and taskset. The JVM sees
// this machine's memory; what it would choose in the container that a heap
// belongs to is brought about with -XX:+NeverActAsServerClassMachine, since
// -XX:MaxRAM has no say in it. The last column says how much of the machine
// other work took meanwhile: the more, the less the figures mean.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"jvm-entrypoint/bench/median"
)

// serverHeap is the heap, in MiB, that the launcher gives a container of
// 1792 MiB. In a smaller one the JVM picks the serial collector.
const serverHeap = 1792 * 3 / 4

// collectors are compared; the first one, the reference, is the JVM's choice.
var collectors = []string{"", "-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseConcMarkSweepGC", "-XX:+UseG1GC"}

// A bench is what the command line says.
type bench struct {
	java, javac       string
	runs              int
	heaps, processors string
	seconds, turnover time.Duration
	patience          time.Duration
	quiet             float64
	live, burst, rate int
	classes           string
}

// A setting is one that all collectors are measured in.
type setting struct {
	heap, processors int
	results          [][]result
}

// A result is what Load.java prints, and among the figures the share of the
// machine that other work took, in percent.
type result struct {
	Collector string
	Figures   map[string]float64
}

func main() {
	var b bench
	flag.StringVar(&b.java, "java", "java", "the JVM, and words that come before its options")
	flag.StringVar(&b.javac, "javac", "javac", "a compiler that knows --release 8")
	flag.IntVar(&b.runs, "n", 3, "how often each collector is run in each setting")
	flag.StringVar(&b.heaps, "heaps", "512m,3g", "heap sizes")
	flag.StringVar(&b.processors, "processors", "2", "how many processors the JVM may use")
	flag.DurationVar(&b.seconds, "time", 4*time.Second, "how long requests are answered flat out, and then at a fixed rate")
	flag.DurationVar(&b.turnover, "turnover", 20*time.Second, "in what time as many records are reloaded as the cache has")
	flag.IntVar(&b.rate, "rate", 4000, "how many requests a second are due when they come at a fixed rate")
	flag.IntVar(&b.burst, "burst", 10, "how many records are loaded with each request until the cache is full")
	flag.Float64Var(&b.quiet, "quiet", 10, "what share of the machine other work may take while it counts as quiet, in percent")
	flag.DurationVar(&b.patience, "patience", 0, "how long each run waits, and is done again, for the machine to be quiet")
	flag.IntVar(&b.live, "live", 45, "the cache's share of the heap in percent")
	flag.Parse()
	if err := b.measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/gc:", err)
		os.Exit(1)
	}
}

func (b *bench) measure() error {
	settings, err := b.settings()
	if err != nil {
		return err
	}
	if b.classes, err = os.MkdirTemp("", "bench-gc-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.classes)
	if output, err := exec.Command(b.javac, "--release", "8", "-d", b.classes, "bench/gc/Load.java").CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", b.javac, err, output)
	}
	for range b.runs {
		for _, s := range settings {
			if err := b.round(s); err != nil {
				return err
			}
		}
	}
	for _, s := range settings {
		s.report()
	}
	return nil
}

// settings are all heaps with all numbers of processors.
func (b *bench) settings() ([]*setting, error) {
	var all []*setting
	for processors := range strings.SplitSeq(b.processors, ",") {
		for heap := range strings.SplitSeq(b.heaps, ",") {
			p, err := strconv.Atoi(processors)
			if err != nil || p < 1 {
				return nil, fmt.Errorf("-processors: %q is no number of processors", processors)
			}
			h, err := mebibytes(heap)
			if err != nil {
				return nil, err
			}
			all = append(all, &setting{heap: h, processors: p, results: make([][]result, len(collectors))})
		}
	}
	return all, nil
}

func mebibytes(size string) (int, error) {
	number, giga := strings.CutSuffix(size, "g")
	n, err := strconv.Atoi(strings.TrimSuffix(number, "m"))
	if err != nil || n < 1 {
		return 0, fmt.Errorf("-heaps: %q is no size such as 512m or 3g", size)
	}
	if giga {
		n *= 1024
	}
	return n, nil
}

// round runs every collector once, and says on stderr how each did.
func (b *bench) round(s *setting) error {
	for i, collector := range collectors {
		r, err := b.quietRun(s, collector)
		if err != nil {
			return err
		}
		s.results[i] = append(s.results[i], r)
		fmt.Fprintf(os.Stderr, "%dm %d %s %v\n", s.heap, s.processors, s.name(i, collector), r.Figures)
	}
	return nil
}

// quietRun runs when the machine is quiet, and again if it was not so to the
// end, as long as patience lasts.
func (b *bench) quietRun(s *setting, collector string) (result, error) {
	until := time.Now().Add(b.patience)
	for {
		for time.Now().Before(until) && others(sleep) > b.quiet {
		}
		r, err := b.run(s, collector)
		if err != nil || r.Figures["others"] <= b.quiet || time.Now().After(until) {
			return r, err
		}
	}
}

func (b *bench) run(s *setting, collector string) (result, error) {
	var r result
	words := b.command(s, collector)
	var stderr bytes.Buffer
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stderr = &stderr
	var output []byte
	var err error
	disturbed := others(func() time.Duration {
		if output, err = cmd.Output(); err != nil {
			return 0
		}
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	})
	if err != nil {
		return r, fmt.Errorf("%s: %w: %s%s", strings.Join(words, " "), err, output, stderr.Bytes())
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil {
		return r, fmt.Errorf("%s: %w", output, err)
	}
	r.Figures["others"] = disturbed
	return r, nil
}

// command sets what the launcher would set, and the collector. The heap's pages
// are touched beforehand: in a service that runs for days they all are.
func (b *bench) command(s *setting, collector string) []string {
	words := []string{"taskset", "-c", "0-" + strconv.Itoa(s.processors-1)}
	words = append(words, strings.Fields(b.java)...)
	words = append(words, fmt.Sprintf("-Xms%dm", s.heap), fmt.Sprintf("-Xmx%dm", s.heap), "-XX:+ExitOnOutOfMemoryError", "-XX:+AlwaysPreTouch")
	switch {
	case collector != "":
		words = append(words, collector)
	case s.heap < serverHeap:
		words = append(words, "-XX:+NeverActAsServerClassMachine")
	}
	return append(words, "-cp", b.classes, "Load", strconv.Itoa(s.heap*b.live/100), strconv.Itoa(b.burst),
		seconds(b.turnover), seconds(b.seconds), strconv.Itoa(b.rate))
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// report prints medians, and ratios against the JVM's choice. Latencies are of
// requests at the fixed rate.
func (s *setting) report() {
	fmt.Printf("\nheap %dm, processors %d; medians of %d\n", s.heap, s.processors, len(s.results[0]))
	fmt.Printf("%-36s %16s %18s %9s %9s %17s %7s %15s %7s\n",
		"", "requests/s", "CPU us/request", "p99 ms", "p99.9 ms", "worst ms", "old GCs", "peak MiB", "others")
	for i, collector := range collectors {
		fmt.Printf("%-36s %9.0f %5.2fx %11.1f %5.2fx %9.1f %9.1f %10.1f %5.2fx %7.0f %8.0f %5.2fx %6.0f%%\n", s.name(i, collector),
			s.median(i, "throughput"), s.ratio(i, "throughput"), s.median(i, "cpu"), s.ratio(i, "cpu"),
			s.median(i, "p99"), s.median(i, "p999"), s.median(i, "worst"), s.ratio(i, "worst"),
			s.median(i, "old"), s.median(i, "peak"), s.ratio(i, "peak"), s.median(i, "others"))
	}
}

func (s *setting) name(i int, collector string) string {
	return cmp.Or(strings.TrimPrefix(collector, "-XX:+Use"), "the JVM's choice: "+s.results[i][0].Collector)
}

func (s *setting) ratio(i int, figure string) float64 {
	return s.median(i, figure) / s.median(0, figure)
}

func (s *setting) median(i int, figure string) float64 {
	var values []float64
	for _, r := range s.results[i] {
		values = append(values, r.Figures[figure])
	}
	return median.Of(values)
}
