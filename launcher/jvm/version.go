package jvm

import (
	"errors"
	"strconv"
	"strings"
)

// Version is a Java version: its feature number (8, 11, 17 ...) and its whole
// text as the release gives it (1.8.0_492, 17.0.21.0.3).
type Version struct {
	Feature int
	Text    string
}

// String is the whole text.
func (v Version) String() string { return v.Text }

var errVersion = errors.New("no Java version in it")

// ParseRelease finds the version in the text of a Java home's release file,
// in the line JAVA_VERSION="17.0.21.0.3".
func ParseRelease(text string) (Version, error) {
	return findVersion("\n"+text, "\nJAVA_VERSION=\"")
}

// ParseFullVersion finds the version in what `java -fullversion` prints:
// openjdk full version "17.0.15+6-Debian-1deb12u1".
func ParseFullVersion(text string) (Version, error) {
	return findVersion(text, "full version \"")
}

// findVersion takes what stands between a mark and the next quote. Until 8 the
// feature number is the second one: 1.8.0_492.
func findVersion(text, mark string) (Version, error) {
	_, text, found := strings.Cut(text, mark)
	text, _, closed := strings.Cut(text, "\"")
	number := strings.TrimPrefix(text, "1.")
	end := strings.IndexFunc(number+".", func(r rune) bool { return r < '0' || r > '9' })
	feature, err := strconv.Atoi(number[:end])
	if !found || !closed || len(text) > 64 || err != nil || feature < 1 || feature > 999 {
		return Version{}, errVersion
	}
	return Version{Feature: feature, Text: text}, nil
}
