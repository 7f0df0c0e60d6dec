package jvm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Version is a Java version: its feature number (8, 11, 17 ...), the update
// within it (504 of 1.8.0_504, 21 of 17.0.21; 0 where the text does not tell,
// as that of a first release, which counts as the newest), and its whole text.
type Version struct {
	Feature int
	Update  int
	Text    string
}

// String is the whole text.
func (v Version) String() string { return v.Text }

// AtLeast tells whether a version is a feature release or a later one. A
// version that is not known counts as the newest.
func (v Version) AtLeast(feature int) bool { return v.Feature == 0 || v.Feature >= feature }

// IsBeforeUpdate tells whether a version of 8 is known to be older than one of
// its updates: 1.8.0_60 is before 92.
func (v Version) IsBeforeUpdate(update int) bool {
	return v.Feature == 8 && v.Update > 0 && v.Update < update
}

var errVersion = errors.New("no Java version in it")

// ParseRelease finds the version in the text of a Java home's release file,
// in the line JAVA_VERSION="17.0.21.0.3".
func ParseRelease(text string) (Version, error) {
	version, found := releaseValue(text, "JAVA_VERSION")
	if !found {
		return Version{}, errVersion
	}
	return ParseVersion(version)
}

// ReleaseModules gives the modules that a release file names, in the line
// MODULES="java.base java.logging ..."; none where it has no such line, as
// until 8.
func ReleaseModules(text string) []string {
	modules, found := releaseValue(text, "MODULES")
	if !found {
		return nil
	}
	return strings.Fields(modules)
}

func releaseValue(text, name string) (value string, found bool) {
	_, value, found = strings.Cut("\n"+text, "\n"+name+"=\"")
	value, _, closed := strings.Cut(value, "\"")
	return value, found && closed
}

// ParseFullVersion finds the version in what `java -fullversion` prints:
// openjdk full version "17.0.15+6-Debian-1deb12u1".
func ParseFullVersion(text string) (Version, error) {
	_, text, found := strings.Cut(text, "full version \"")
	text, _, closed := strings.Cut(text, "\"")
	if !found || !closed {
		return Version{}, errVersion
	}
	return ParseVersion(text)
}

// ParseVersion reads a version as Java writes it: 25, 17.0.21.0.3, 27-ea, or
// until 8, where the feature number is the second one, 1.8.0_504.
func ParseVersion(text string) (Version, error) {
	feature, err := leadingNumber(strings.TrimPrefix(text, "1."))
	if len(text) > 64 || err != nil || feature < 1 || feature > 999 {
		return Version{}, errVersion
	}
	v := Version{Feature: feature, Text: text}
	before := "1.8.0_"
	if feature != 8 {
		before = fmt.Sprintf("%d.0.", feature)
	}
	if update, found := strings.CutPrefix(text, before); found {
		v.Update, _ = leadingNumber(update)
	}
	return v, nil
}

func leadingNumber(text string) (int, error) {
	end := strings.IndexFunc(text+".", func(r rune) bool { return r < '0' || r > '9' })
	return strconv.Atoi(text[:end])
}
