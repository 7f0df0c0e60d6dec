package jvm

import (
	"errors"
	"regexp"
	"strconv"
)

// Version is a Java version: its feature number (8, 11, 17 ...) and its whole
// text as the release gives it (1.8.0_492, 17.0.21.0.3).
type Version struct {
	Feature int
	Text    string
}

// String is the whole text.
func (v Version) String() string { return v.Text }

var (
	// releaseVersion is the line of a Java home's release file.
	releaseVersion = regexp.MustCompile(`(?m)^JAVA_VERSION="([^"]{1,64})"`)
	// fullVersion is what `java -fullversion` prints, on every JDK since 1.2:
	// openjdk full version "17.0.15+6-Debian-1deb12u1".
	fullVersion = regexp.MustCompile(`full version "([^"]{1,64})"`)
	feature     = regexp.MustCompile(`^(?:1\.)?(\d{1,3})(?:[^\d].*)?$`)
)

var errVersion = errors.New("no Java version in it")

// ParseRelease finds the version in the text of a Java home's release file.
func ParseRelease(text string) (Version, error) { return findVersion(releaseVersion, text) }

// ParseFullVersion finds the version in what `java -fullversion` prints.
func ParseFullVersion(text string) (Version, error) { return findVersion(fullVersion, text) }

func findVersion(in *regexp.Regexp, text string) (Version, error) {
	found := in.FindStringSubmatch(text)
	if found == nil {
		return Version{}, errVersion
	}
	number := feature.FindStringSubmatch(found[1])
	if number == nil {
		return Version{}, errVersion
	}
	n, err := strconv.Atoi(number[1])
	if err != nil || n == 0 {
		return Version{}, errVersion
	}
	return Version{Feature: n, Text: found[1]}, nil
}
