package jvm

import (
	_ "embed" // for the two tables
	"fmt"
	"strconv"
	"strings"
)

// flagTable has a row for each -XX flag that not all measured versions take:
// its name, and a letter for each version. It is measured, by asking the JVMs.
//
//go:embed flags.tsv
var flagTable string

// measured are the versions that the letters of flagTable stand for.
var measured = []int{8, 11, 17, 21, 25, 26}

// The letters: taken; ignored with a warning; only behind the flag that unlocks
// diagnostic or experimental ones; refused.
const (
	taken        = '+'
	ignored      = 'w'
	diagnostic   = 'D'
	experimental = 'E'
	refused      = '-'
)

// lifetimeTable has what people write and some version refuses, with the exact
// release: the option, the release that brought it (or -), the one that began
// to ignore it, the one that began to refuse it (<=17: it or an earlier one
// behind the measured one before it), what to use instead, and where that comes
// from.
//
//go:embed lifetimes.tsv
var lifetimeTable string

// A Refusal is an option that a Java version refuses.
type Refusal struct {
	Option
	Reason string // removed in Java 14 (use ...)
}

// Refusals are those of the options that a Java version refuses to start with,
// because it no longer has them or doesn't yet. The options are all that the
// JVM gets, in its order. It is known for -XX flags by a table of what six JVMs take,
// and for other options by a table of those that came and went; what neither
// knows is the JVM's to judge.
func Refusals(options []Option, version Version) []Refusal {
	if version.Feature == 0 {
		return nil
	}
	unlocked := unlocks(options)
	var list []Refusal
	for _, o := range options {
		if reason := o.refusal(version, unlocked); reason != "" {
			list = append(list, Refusal{o, reason})
		}
	}
	return list
}

// unlocking is which of the flags that open others are among options.
type unlocking struct{ diagnostic, experimental, unrecognized bool }

func unlocks(options []Option) unlocking {
	var u unlocking
	for _, o := range options {
		switch name, _, on := o.parts(); name {
		case "-XX:UnlockDiagnosticVMOptions":
			u.diagnostic = u.diagnostic || on
		case "-XX:UnlockExperimentalVMOptions":
			u.experimental = u.experimental || on
		case "-XX:IgnoreUnrecognizedVMOptions":
			u.unrecognized = on
		}
	}
	return u
}

// refusal is why a version refuses an option; empty where it takes it.
func (o Option) refusal(version Version, unlocked unlocking) string {
	name, _, _ := o.parts()
	// What is no word of the JVM's may be ignored; properties and modules are not words.
	overlooked := unlocked.unrecognized && !strings.HasPrefix(name, "-D") && name != "--add-modules"
	if life, found := o.findLifetime(); found && !overlooked {
		if reason := life.refusal(version.Feature); reason != "" {
			return reason
		}
	}
	if since := twoWords[o.Words[0]]; len(o.Words) > 1 && !version.AtLeast(since) {
		return fmt.Sprintf("takes its value as the next word from Java %d on (write %s=...)", since, o.Words[0])
	}
	flag, isFlag := strings.CutPrefix(name, "-XX:")
	if !isFlag {
		return ""
	}
	letters := flagLetters(flag)
	switch letterAt(letters, version.Feature) {
	case refused:
		if !overlooked {
			return refusedBetween(letters, version.Feature)
		}
	case diagnostic:
		if !unlocked.diagnostic {
			return fmt.Sprintf("diagnostic in Java %d (put -XX:+UnlockDiagnosticVMOptions before it)", version.Feature)
		}
	case experimental:
		if !unlocked.experimental {
			return fmt.Sprintf("experimental in Java %d (put -XX:+UnlockExperimentalVMOptions before it)", version.Feature)
		}
	}
	return ""
}

// row finds a table's row by its first column, and gives the others.
func row(table, key string) (columns []string, found bool) {
	_, rest, found := strings.Cut("\n"+table, "\n"+key+"\t")
	rest, _, _ = strings.Cut(rest, "\n")
	return strings.Split(rest, "\t"), found
}

// flagLetters are a flag's letters; empty where all measured versions take it,
// or none knows it.
func flagLetters(flag string) string {
	columns, _ := row(flagTable, flag)
	return columns[0]
}

// letterAt gives the letter for a version. One that lies between measured ones
// which differ counts as taken, one beyond the last like the last.
func letterAt(letters string, feature int) byte {
	if letters == "" || feature < measured[0] {
		return taken
	}
	for i, version := range measured {
		switch {
		case version == feature:
			return letters[i]
		case version > feature && letters[i] == letters[i-1]:
			return letters[i]
		case version > feature:
			return taken
		}
	}
	return letters[len(letters)-1]
}

// refusedBetween tells around which measured versions a flag that one refuses
// came or went.
func refusedBetween(letters string, feature int) string {
	has := func(i int) bool { return letters[i] != refused }
	for i := len(measured) - 1; i > 0; i-- {
		if measured[i] <= feature && !has(i) && has(i-1) {
			return fmt.Sprintf("gone by Java %d (leave it out)", measured[i])
		}
	}
	for i := 1; i < len(measured); i++ {
		if measured[i] > feature && has(i) && !has(i-1) {
			return fmt.Sprintf("new by Java %d (leave it out before)", measured[i])
		}
	}
	return fmt.Sprintf("not in Java %d (leave it out)", feature)
}

// A Lifetime is an option that some version refuses: a row of the table of
// those that came and went. A release of 0 is none.
type Lifetime struct {
	Option   string // a -XX flag, or what a word begins with, marked by a *
	Since    int    // the release that brought it
	Ignored  int    // the one that began to ignore it, with a warning
	Refused  int    // the one that began to refuse it
	AtLatest bool   // Refused may be an earlier release, behind the measured one before it
	Instead  string // what to use, or to do
	Source   string
}

// Lifetimes is the table of options that came and went.
func Lifetimes() []Lifetime {
	var all []Lifetime
	for line := range strings.Lines(lifetimeTable) {
		all = append(all, newLifetime(strings.Split(strings.TrimSuffix(line, "\n"), "\t")))
	}
	return all
}

func newLifetime(columns []string) Lifetime {
	release := func(i int) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(columns[i], "<=")) // - is none
		return n
	}
	return Lifetime{
		Option: columns[0], Since: release(1), Ignored: release(2), Refused: release(3),
		AtLatest: strings.HasPrefix(columns[3], "<="), Instead: columns[4], Source: columns[5],
	}
}

// A MeasuredFlag is a -XX flag that not all measured versions take.
type MeasuredFlag struct {
	Name string
	// Letters has one for each of MeasuredVersions: + taken, w ignored with a
	// warning, D and E only behind the flag that unlocks diagnostic or
	// experimental ones, - refused.
	Letters string
}

// MeasuredFlags is the table of flags that not all measured versions take.
func MeasuredFlags() []MeasuredFlag {
	var all []MeasuredFlag
	for line := range strings.Lines(flagTable) {
		name, letters, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, MeasuredFlag{name, letters})
	}
	return all
}

// MeasuredVersions are the feature releases whose JVMs were asked.
func MeasuredVersions() []int { return measured }

// refusal is why a release refuses the option; empty where it takes it.
func (l Lifetime) refusal(feature int) string {
	switch {
	case feature < l.Since:
		return fmt.Sprintf("new in Java %d (%s)", l.Since, l.advice())
	case l.Refused > 0 && feature >= l.Refused:
		return fmt.Sprintf("%s (%s)", l.removed(), l.advice())
	}
	return ""
}

func (l Lifetime) removed() string {
	switch {
	case l.Ignored > 0: // what is ignored is gone
		return fmt.Sprintf("removed in Java %d", l.Ignored)
	case l.AtLatest:
		return fmt.Sprintf("gone by Java %d", l.Refused)
	}
	return fmt.Sprintf("removed in Java %d", l.Refused)
}

func (l Lifetime) advice() string {
	if strings.HasPrefix(l.Instead, "-") {
		return "use " + l.Instead
	}
	return l.Instead
}

// findLifetime finds the row of an option: as it is written, with its value or
// without, or by how it begins, which the table marks with a *.
func (o Option) findLifetime() (l Lifetime, found bool) {
	name, value, _ := o.parts()
	word := o.Words[0]
	if len(o.Words) > 1 {
		word = name + "=" + value
	}
	columns, found := row(lifetimeTable, word)
	if !found {
		columns, found = row(lifetimeTable, name)
	}
	if !strings.HasPrefix(word, "-D") && !strings.HasPrefix(word, "-XX:") {
		for end := min(len(word), longestPrefix); !found && end > 1; end-- {
			columns, found = row(lifetimeTable, word[:end]+"*")
		}
	}
	if !found {
		return Lifetime{}, false
	}
	return newLifetime(append([]string{name}, columns...)), true
}

// longestPrefix is how long the beginnings in lifetimeTable are at most.
const longestPrefix = 20
