package images

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// TestCorpus holds the entrypoint against the bare JVM: what a JVM accepts alone, it accepts through the entrypoint
// too, wherever it is written, and whatever stands in another place. Both are measured here, on each Java image in a
// container with 256 MB and in one without a limit.
//
//	IMAGES_JRE_MATRIX   the Java images, default IMAGES_JRE
//	CORPUS              whole: every string, and more places and pairs, on every image; else what fits into CI
//	CORPUS_FILES        further files of the form of corpus.txt
//	CORPUS_REPORT       a file for the counts
func TestCorpus(t *testing.T) {
	all := corpus(t)
	whole := os.Getenv("CORPUS") == "whole"
	onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
		many, some, pairs := len(all), 30, 150
		if !whole {
			some, pairs = 20, 100
			if !isEdge(version) {
				many = 40
			}
		}
		for _, memory := range []string{"256m", "unlimited"} {
			c := &comparison{t: t, name: fmt.Sprintf("Java %d, memory %s", version.Feature, memory), image: image, memory: memory}
			for _, p := range places {
				n := some
				if p.name == jvmArgs.name {
					n = many
				}
				c.accepts(p.name, inPlace(p, sample(all, n)))
			}
			c.accepts("pairs", inPairs(all, pairs))
		}
	})
}

// A place is where people write options.
type place struct {
	name string
	// put is how the entrypoint gets words from there; alone is how a bare java
	// gets them.
	put, alone func(words []string) trialRun
}

// argument and variable are the two ways in which a bare java gets options.
func argument(words []string) trialRun {
	return trialRun{Argv: slices.Concat([]string{"java"}, words, []string{"-jar", trialJar})}
}

func variable(name string) func([]string) trialRun {
	return func(words []string) trialRun {
		return trialRun{Argv: []string{"java", "-jar", trialJar}, Env: []string{name + "=" + jvm.JoinVariable(words)}}
	}
}

// setting is a variable of ours, quoted for a shell.
func setting(name string) func([]string) trialRun {
	return func(words []string) trialRun {
		var quoted []string
		for _, word := range words {
			quoted = append(quoted, jvm.Quote(word))
		}
		return through(trialRun{Env: []string{name + "=" + strings.Join(quoted, " ")}})
	}
}

func through(r trialRun) trialRun {
	r.Argv = []string{"/usr/local/bin/entrypoint"} // which not every Java image has on its PATH
	return r
}

// imageFile is the options file, an option a line.
func imageFile(words []string) trialRun {
	options, _ := jvm.ParseOptions(words, "", jvm.Version{}) // as the newest reads them
	var lines []string
	for _, o := range options {
		lines = append(lines, o.String())
	}
	return through(trialRun{File: "/app/jvm.options", FileText: strings.Join(lines, "\n") + "\n"})
}

// readByJava is a variable that java reads by itself.
func readByJava(name string) place {
	return place{name, func(words []string) trialRun { return through(variable(name)(words)) }, variable(name)}
}

var (
	jvmOpts = place{"JVM_OPTS", setting("JVM_OPTS"), argument}
	jvmArgs = place{"JVM_ARGS", setting("JVM_ARGS"), argument}
	// places are all of them, lowest rank first.
	places = []place{
		readByJava(jvm.ToolOptions), readByJava(jvm.JDKOptions),
		{"JVM_OPTIONS_FILE", imageFile, argument},
		jvmOpts, jvmArgs, readByJava(jvm.JavaOptions),
	}
)

// A comparable is a start through the entrypoint with the starts of a bare java that it is held against.
type comparable struct {
	name    string
	alone   []trialRun
	through trialRun
}

func inPlace(p place, lines []string) []comparable {
	var all []comparable
	for _, line := range lines {
		words := split(line)
		all = append(all, comparable{p.name + "=" + line, []trialRun{p.alone(words)}, p.put(words)})
	}
	return all
}

// inPairs puts a string into one place and another one into a higher one. The pairs are the same in every run.
func inPairs(lines []string, n int) []comparable {
	random := rand.New(rand.NewPCG(1, 2))
	var all []comparable
	for range n {
		low := random.IntN(len(places) - 1)
		lower, higher := places[low], places[low+1+random.IntN(len(places)-1-low)]
		if random.IntN(2) == 0 { // what teams do most
			lower, higher = jvmOpts, jvmArgs
		}
		all = append(all, onePair(lower, higher, lines[random.IntN(len(lines))], lines[random.IntN(len(lines))]))
	}
	return all
}

func onePair(lower, higher place, a, b string) comparable {
	both := lower.put(split(a))
	both.Env = append(both.Env, higher.put(split(b)).Env...)
	return comparable{
		fmt.Sprintf("%s=%s and %s=%s", lower.name, a, higher.name, b),
		[]trialRun{lower.alone(split(a)), higher.alone(split(b))},
		both,
	}
}

// A comparison is of one Java image in one container.
type comparison struct {
	t                   *testing.T
	name, image, memory string
	known               map[string]trialResult // of a bare java
}

// accepts starts what a bare java accepts through the entrypoint, and fails where that does not start.
func (c *comparison) accepts(what string, all []comparable) {
	var tried []comparable
	var runs []trialRun
	accepted := c.alone(all)
	for _, one := range all {
		if accepted(one) {
			tried = append(tried, one)
			runs = append(runs, one.through)
		}
	}
	failed := 0
	for i, result := range c.run(runs) {
		if result.Code != 0 {
			failed++
			report(c.t, fmt.Sprintf("%s: failed: %s: exit code %d", c.name, tried[i].name, result.Code))
			c.t.Errorf("%s: %s\nexit code %d: %s", c.name, tried[i].name, result.Code, result.Output)
		}
	}
	report(c.t, fmt.Sprintf("%-28s %-18s %5d tried, %5d accepted by java alone, %d failed", c.name, what, len(all), len(tried), failed))
}

// alone gives a function that tells what a bare java accepts. Each start is made once.
func (c *comparison) alone(all []comparable) func(comparable) bool {
	if c.known == nil {
		c.known = map[string]trialResult{}
	}
	key := func(r trialRun) string { return fmt.Sprintf("%q %q %q %q", r.Argv, r.Env, r.File, r.FileText) }
	var keys []string
	var runs []trialRun
	for _, one := range all {
		for _, r := range one.alone {
			if _, known := c.known[key(r)]; !known && !slices.Contains(keys, key(r)) {
				keys, runs = append(keys, key(r)), append(runs, r)
			}
		}
	}
	for i, result := range c.run(runs) {
		c.known[keys[i]] = result
	}
	return func(one comparable) bool {
		return !slices.ContainsFunc(one.alone, func(r trialRun) bool { return c.known[key(r)].Code != 0 })
	}
}

func (c *comparison) run(runs []trialRun) []trialResult {
	return runTrials(c.t, c.image, c.memory, runs)
}

// corpus gives the strings of corpus.txt, and of the files in CORPUS_FILES.
func corpus(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, name := range append([]string{"corpus.txt"}, strings.Fields(os.Getenv("CORPUS_FILES"))...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if _, err := jvm.Split(line); err != nil {
				t.Fatalf("%s: %s: %v", name, line, err)
			}
			all = append(all, line)
		}
	}
	return all
}

func split(line string) []string {
	words, _ := jvm.Split(line) // which corpus has tried
	return words
}

// sample takes n, spread evenly.
func sample(lines []string, n int) []string {
	if n >= len(lines) {
		return lines
	}
	var some []string
	for i := range n {
		some = append(some, lines[i*len(lines)/n])
	}
	return some
}

var reporting sync.Mutex

// report keeps a count where a person finds it: go test is silent about what passes.
func report(t *testing.T, line string) {
	t.Helper()
	t.Log(line)
	name := os.Getenv("CORPUS_REPORT")
	if name == "" {
		return
	}
	reporting.Lock()
	defer reporting.Unlock()
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := fmt.Fprintln(file, line); err != nil {
		t.Fatal(err)
	}
}
