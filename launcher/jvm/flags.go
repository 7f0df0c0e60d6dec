package jvm

import (
	_ "embed" // for the table
	"fmt"
	"strings"
)

// flagTable has a row for each -XX flag that not all measured versions take
// without more: its name, and a letter for each version. It is measured, by asking the JVMs.
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

// A MeasuredFlag is a -XX flag that not all measured versions take without more.
type MeasuredFlag struct {
	Name string
	// Letters has one for each of MeasuredVersions: + taken, w ignored with a
	// warning, D and E only behind the flag that unlocks diagnostic or
	// experimental ones, - refused.
	Letters string
}

// MeasuredFlags is the table of such flags.
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

// flagLetters are a flag's letters; empty where all measured versions take it,
// or none knows it.
func flagLetters(flag string) string {
	columns, found := row(flagTable, flag)
	if !found {
		return ""
	}
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
