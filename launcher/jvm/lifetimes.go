package jvm

import (
	_ "embed" // for the table
	"fmt"
	"strconv"
	"strings"
)

// lifetimeTable has what people write and some version refuses, with the exact
// release: the option, the release that brought it (or -), the one that began
// to ignore it, the one that began to refuse it (<=17: it or an earlier one
// behind the measured one before it), what to use instead, and where that comes
// from.
//
//go:embed lifetimes.tsv
var lifetimeTable string

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

// refusal is why a release refuses the option; empty where it takes it.
func (l Lifetime) refusal(feature int, on bool) string {
	switch {
	case feature < l.Since:
		return fmt.Sprintf("new in Java %d (%s)", l.Since, l.advice())
	case l.Refused > 0 && feature >= l.Refused:
		if !on { // what was switched off is no loss
			return l.removed() + " (leave it out)"
		}
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
