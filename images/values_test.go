package images

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// TestValuesTakeEffect holds the values that a JVM prints of its flags against those of a bare java with the same
// options: for each flag that a string sets, from whichever place, it is the person's value and not ours.
func TestValuesTakeEffect(t *testing.T) {
	var lines []string
	for _, line := range corpus(t) {
		if len(flagsSet(split(line))) > 0 {
			lines = append(lines, line)
		}
	}
	onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
		n := 10
		if isEdge(version) {
			n = 40
		}
		c := &comparison{t: t, name: fmt.Sprintf("Java %d, memory 512m", version.Feature), image: image, memory: "512m"}
		for _, p := range places {
			if p.name != jvm.JDKOptions || version.AtLeast(9) {
				c.sameValues(p, sample(lines, n))
			}
		}
	})
}

// sameValues compares strings in a place.
func (c *comparison) sameValues(p place, lines []string) {
	var tried []string
	var runs []trialRun
	for _, line := range lines {
		alone, through := p.alone(split(line)), p.put(split(line))
		if !bearsOnHeap(split(line)) { // ours decides then, and bounds other values
			alone.Argv = slices.Insert(alone.Argv, 1, "-Xms318m", "-Xmx318m") // as the memory plan has it in 512m
		}
		for _, r := range []*trialRun{&alone, &through} {
			printing(r)
			runs = append(runs, *r)
		}
		tried = append(tried, line)
	}
	results := c.run(runs)
	compared := 0
	for i, line := range tried {
		alone, through := results[2*i], results[2*i+1]
		if alone.Code != 0 {
			continue
		}
		want, got := flagValues(alone.Output), flagValues(through.Output)
		for _, flag := range flagsSet(split(line)) {
			if want[flag] == "" { // printed by no version that lacks it
				continue
			}
			compared++
			if got[flag] != want[flag] {
				c.t.Errorf("%s: %s=%s: %s is %q, a bare java has %q\n%s", c.name, p.name, line, flag, got[flag], want[flag], firstLines(through.Output))
			}
		}
	}
	report(c.t, fmt.Sprintf("%-28s %-18s %5d strings, %4d values compared", c.name, p.name, len(tried), compared))
}

// printing makes a JVM print its flags, by the variable that has the highest rank.
func printing(r *trialRun) {
	const name, option = "_JAVA_OPTIONS=", "-XX:+PrintFlagsFinal"
	for i, variable := range r.Env {
		if strings.HasPrefix(variable, name) {
			r.Env[i] += " " + option
			return
		}
	}
	r.Env = append(slices.Clone(r.Env), name+option)
}

func firstLines(text string) string {
	lines := strings.SplitAfterN(text, "\n", 4)
	return strings.Join(lines[:min(len(lines), 3)], "")
}

var (
	flagSet   = regexp.MustCompile(`^-XX:[+-]?(\w+)(?:=.*)?$`)
	flagValue = regexp.MustCompile(`(?m)^ *\w+ (\w+) +:?= (.*?) +\{`)
)

// spelled are the flags behind other spellings.
var spelled = map[string][]string{
	"-Xmx": {"MaxHeapSize"}, "-mx": {"MaxHeapSize"}, "-Xms": {"InitialHeapSize"}, "-ms": {"InitialHeapSize"},
	"-Xss": {"ThreadStackSize"}, "-Xmn": {"NewSize", "MaxNewSize"},
}

// heapFlags decide the heap's size between them.
var heapFlags = regexp.MustCompile(`RAM|^(Max|Min|Initial)HeapSize|^ErgoHeap|AggressiveHeap`)

// bearsOnHeap tells whether our heap yields to one of the words.
func bearsOnHeap(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		match := flagSet.FindStringSubmatch(word)
		return match != nil && heapFlags.MatchString(match[1]) || strings.HasPrefix(word, "@") || strings.Contains(word, "Flags=") ||
			strings.Contains(word, "VMOptionsFile") || slices.ContainsFunc([]string{"-Xmx", "-Xms", "-mx", "-ms"}, func(prefix string) bool {
			return strings.HasPrefix(word, prefix)
		})
	})
}

// flagsSet are the flags that words set. One that bears on the heap's size is judged by the size that comes of it too.
func flagsSet(words []string) []string {
	var flags []string
	for _, word := range words {
		if match := flagSet.FindStringSubmatch(word); match != nil {
			flags = append(flags, match[1])
			if heapFlags.MatchString(match[1]) {
				flags = append(flags, "MaxHeapSize")
			}
		}
		for prefix, names := range spelled {
			if strings.HasPrefix(word, prefix) {
				flags = append(flags, names...)
			}
		}
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

// flagValues are the values in what a JVM prints of its flags.
func flagValues(output string) map[string]string {
	values := map[string]string{}
	for _, match := range flagValue.FindAllStringSubmatch(output, -1) {
		values[match[1]] = match[2]
	}
	return values
}

// TestDefaultsAreQuiet starts a service with nothing set: each JVM has every default option, and warns of none.
func TestDefaultsAreQuiet(t *testing.T) {
	onEachJava(t, nil, func(t *testing.T, image string, _ jvm.Version) {
		for _, memory := range []string{"256m", "2g"} {
			results := runTrials(t, image, memory, []trialRun{through(trialRun{Env: []string{"CLOUD_APP=quiet", "JVM_HEAP_DUMP_ROOT=/dumps"}})})
			var said []string
			for line := range strings.Lines(results[0].Output) {
				if !strings.HasPrefix(line, "entrypoint: ") || strings.Contains(line, "warning") {
					said = append(said, line)
				}
			}
			if results[0].Code != 0 || len(said) > 0 {
				t.Errorf("in %s: exit code %d, says %q", memory, results[0].Code, said)
			}
		}
	})
}
