package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"jvm-entrypoint/bench/memory/torture"
)

func outcome(r torture.Result) string {
	switch {
	case r.Killed:
		return "killed"
	case r.ExitCode == 3:
		return "out of memory"
	case r.ExitCode != 0:
		return fmt.Sprintf("exit code %d", r.ExitCode)
	case !r.IsWell():
		return fmt.Sprintf("no answer for %.0f s", r.Gap.Seconds())
	}
	return "ok"
}

// tables has a row for each limit and a column for each rule.
func tables(results map[key]torture.Result) string {
	var text strings.Builder
	for _, p := range profiles {
		var limits []int
		for k := range results {
			if k.profile == p.Name && !slices.Contains(limits, k.limit) {
				limits = append(limits, k.limit)
			}
		}
		slices.Sort(limits)
		if len(limits) == 0 {
			continue
		}
		fmt.Fprintf(&text, "\n%s: %d threads, %d classes of its own, %d MiB of direct memory\n\n| limit |", p.Name, p.Threads, p.Classes, p.Direct)
		line := "|---|"
		for _, rule := range rules {
			fmt.Fprintf(&text, " %s |", rule.name)
			line += "---|"
		}
		fmt.Fprintf(&text, "\n%s\n", line)
		for _, limit := range limits {
			fmt.Fprintf(&text, "| %d |", limit)
			for _, rule := range rules {
				fmt.Fprintf(&text, " %s |", square(results, key{p.Name, limit, rule.name, ""}))
			}
			text.WriteString("\n")
		}
	}
	return text.String()
}

// square tells of all Java versions: heap and peak from the least to the most, and
// on which it did not end well.
func square(results map[key]torture.Result, k key) string {
	var heaps, peaks []int
	failed := map[string][]string{}
	for _, version := range versionsOf(results) {
		k.java = version
		r, measured := results[k]
		if !measured {
			continue
		}
		if how := outcome(r); how != "ok" {
			failed[how] = append(failed[how], version)
		}
		if r.Heap > 0 {
			heaps = append(heaps, r.Heap)
		}
		peaks = append(peaks, r.Peak)
	}
	if len(peaks) == 0 {
		return ""
	}
	text := "heap " + span(heaps) + ", peak " + span(peaks)
	if len(failed) == 0 {
		return text + ", ok"
	}
	for how, versions := range failed {
		text += fmt.Sprintf(", **%s** on %s", how, strings.Join(versions, " "))
	}
	return text
}

func versionsOf(results map[key]torture.Result) []string {
	var versions []string
	for k := range results {
		if !slices.Contains(versions, k.java) {
			versions = append(versions, k.java)
		}
	}
	slices.SortFunc(versions, func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
	return versions
}

func span(numbers []int) string {
	if len(numbers) == 0 {
		return "?"
	}
	least, most := slices.Min(numbers), slices.Max(numbers)
	if least == most {
		return strconv.Itoa(least)
	}
	return fmt.Sprintf("%d-%d", least, most)
}

// replace puts the table into a document's place for it.
func replace(file, table string) error {
	const begin, end = "<!-- memory: measured -->\n", "<!-- memory: end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s has no place for the table", file)
	}
	return os.WriteFile(file, []byte(before+begin+table+"\n"+end+after), 0o644)
}
