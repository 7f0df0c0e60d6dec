// The memory command runs the torture service in containers of many sizes, under
// our memory plan and under fixed rules, and writes the table of docs/memory.md:
//
//	go run ./bench/memory [-profiles large,small] [-limits 256,512] [-java 8,17] [-rules plan,80%] [-fixed-java 17] [-seconds 30] [-parallel 4] [-results FILE] [-out docs/memory.md]
//
// -fixed-java are the versions that the fixed rules are tried on. -results keeps what
// each cell gave, and the cells that the file holds already are not measured again.
//
// It needs a Docker daemon, a JDK, dist/ as images/dist makes it, and the images of
// Java that IMAGES_JRE_MATRIX names. The whole table takes some hours of two cores.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"jvm-entrypoint/bench/memory/torture"
)

// rules are the ways to choose a heap.
var rules = []struct {
	name string
	java func(limit int) []string // nil: the entrypoint
}{
	{"plan", nil},
	{"75%-3", func(limit int) []string { return heap(limit*3/4 - 3*runtime.NumCPU()) }},
	{"80%", func(int) []string { return []string{"-XX:MaxRAMPercentage=80.0", "-XX:InitialRAMPercentage=80.0"} }},
	{"50%", func(int) []string { return []string{"-XX:MaxRAMPercentage=50.0", "-XX:InitialRAMPercentage=50.0"} }},
	{"java's own", func(int) []string { return []string{} }},
}

func heap(size int) []string {
	return []string{fmt.Sprintf("-Xms%dm", size), fmt.Sprintf("-Xmx%dm", size)}
}

var profiles = []struct {
	torture.Profile
	limits []int
}{
	{torture.Large, []int{256, 384, 512, 768, 1024, 2048, 4096}},
	{torture.Small, []int{128, 192, 256}},
}

// key is a cell's place in the table.
type key struct {
	profile string
	limit   int
	rule    string
	java    string
}

func main() {
	log.SetFlags(0)
	var chosen [5]string
	for i, name := range []string{"profiles", "limits", "java", "rules", "fixed-java"} {
		flag.StringVar(&chosen[i], name, "", "which of them, with commas between; all where it is empty")
	}
	seconds := flag.Int("seconds", 30, "how long each runs")
	parallel := flag.Int("parallel", 4, "how many run at a time")
	file := flag.String("results", "", "a file that keeps results from run to run")
	out := flag.String("out", "", "the document to write the table to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	is := func(i int, value string) bool {
		return chosen[i] == "" || slices.Contains(strings.Split(chosen[i], ","), value)
	}
	results, err := earlier(*file)
	if err != nil {
		log.Fatal(err)
	}
	err = measure(ctx, is, *seconds, *parallel, results, *file)
	table := tables(results)
	fmt.Print(table)
	if *out != "" {
		err = errors.Join(err, replace(*out, table))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// measure runs the chosen cells that have no result, so many at a time as the machine's memory holds.
func measure(ctx context.Context, is func(i int, value string) bool, seconds, parallel int, results map[key]torture.Result, file string) error {
	folder, err := os.MkdirTemp("", "memory")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	images, err := images(ctx, func(version string) bool { return is(2, version) })
	if err != nil {
		return err
	}
	defer func() {
		for _, image := range images {
			_ = exec.Command("docker", "rmi", "--force", image).Run()
		}
	}()
	cells := map[key]torture.Cell{}
	var order []key
	for _, p := range profiles {
		if !is(0, p.Name) {
			continue
		}
		jar, err := torture.Jar(folder, p.Profile)
		if err != nil {
			return err
		}
		for _, limit := range p.limits {
			for _, rule := range rules {
				for java, image := range images {
					if !is(1, strconv.Itoa(limit)) || !is(3, rule.name) || rule.java != nil && !is(4, java) {
						continue
					}
					cell := torture.Cell{Image: image, Jar: jar, Profile: p.Profile, Limit: limit, Seconds: seconds, Mode: "churn"}
					if rule.java != nil {
						cell.Java = rule.java(limit)
					}
					k := key{p.Name, limit, rule.name, java}
					if _, done := results[k]; !done {
						cells[k], order = cell, append(order, k)
					}
				}
			}
		}
	}
	return runAll(ctx, cells, order, parallel, results, file)
}

// memoryMost is how much memory the containers that run at a time may have, in MiB.
const memoryMost = 12_288

func runAll(ctx context.Context, cells map[key]torture.Cell, order []key, parallel int, results map[key]torture.Result, file string) error {
	var problems []error
	var lock sync.Mutex
	changed := sync.NewCond(&lock)
	running, memory := 0, 0
	lock.Lock()
	for _, k := range order {
		for running >= parallel || running > 0 && memory+k.limit > memoryMost {
			changed.Wait()
		}
		running, memory = running+1, memory+k.limit
		go func() {
			result, err := cells[k].Run(ctx)
			lock.Lock()
			defer lock.Unlock()
			running, memory = running-1, memory-k.limit
			if err == nil {
				results[k] = result
				err = keep(file, k, result)
			}
			if err != nil {
				problems = append(problems, err)
			}
			log.Printf("%v: heap %d, peak %d, %s", k, result.Heap, result.Peak, outcome(result))
			changed.Broadcast()
		}()
	}
	for running > 0 {
		changed.Wait()
	}
	lock.Unlock()
	return errors.Join(problems...)
}

// images builds an image with the entrypoint for each chosen version.
func images(ctx context.Context, is func(version string) bool) (map[string]string, error) {
	built := map[string]string{}
	for jre := range strings.FieldsSeq(os.Getenv("IMAGES_JRE_MATRIX")) {
		version := jre[strings.LastIndex(jre, ":")+1:]
		if !is(version) {
			continue
		}
		name := "jvm-entrypoint-bench-memory:" + version
		cmd := exec.CommandContext(ctx, "docker", "build", "--quiet", "--file", "Dockerfile.base", "--tag", name,
			"--build-arg", "DIST=prebuilt", "--build-arg", "JRE_IMAGE="+jre, "--build-arg", "GO_IMAGE=not.needed/golang", "--build-arg", "MAVEN_IMAGE=not.needed/maven", ".")
		cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=1")
		if text, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("docker build: %w\n%s", err, text)
		}
		built[version] = name
	}
	if len(built) == 0 {
		return nil, errors.New("IMAGES_JRE_MATRIX names no image of a chosen Java version")
	}
	return built, nil
}
