package jvm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseOptionsFile reads the image's file of options: one a line, as it is,
// without quotes; empty lines and lines that begin with # count for nothing.
// Versions before a colon limit a line to them: 8:, 8-13:, 17-:. The form is
// Elasticsearch's jvm.options. What is wrong is told by line and without
// values, since they may be secrets; lines for other versions are held to the
// same form.
func ParseOptionsFile(text, path string, version Version) (options []Option, wrong []error) {
	number := 0
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\uFEFF"), "\n") {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		source := lineOf(path, number)
		option, versions, err := parseLine(line)
		if err == nil {
			option.Source = source
			err = option.misfit(versions.newest())
		}
		if err == nil && versions.has(version) {
			err = option.unreadable(version)
		}
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("%s: %w", source, err))
		case versions.has(version):
			options = append(options, option)
		}
	}
	return options, wrong
}

// A versionRange is feature releases, both ends included.
type versionRange struct{ from, to int }

func (r versionRange) has(v Version) bool {
	if v.Feature == 0 { // which only a line for all of them is sure to fit
		return r.from == 1 && r.to == math.MaxInt
	}
	return r.from <= v.Feature && v.Feature <= r.to
}

// newest is the version whose rules a line is held to.
func (r versionRange) newest() Version { return Version{Feature: r.to} }

var (
	errLine     = errors.New("not an option (write one option a line, as -Xmx1g, or with versions before it, as 8-13:-XX:+UseParNewGC)")
	errVersions = errors.New("not Java versions before the colon (use 8:, 8-13: or 17-:)")
	errTwo      = errors.New("more than one option (write one a line)")
)

// parseLine reads the option of a line, and its versions.
func parseLine(line string) (Option, versionRange, error) {
	versions := versionRange{1, math.MaxInt}
	if line[0] >= '0' && line[0] <= '9' {
		before, after, found := strings.Cut(line, ":")
		if !found {
			return Option{}, versions, errLine
		}
		var err error
		if versions, err = parseVersions(strings.TrimSpace(before)); err != nil {
			return Option{}, versions, err
		}
		line = strings.TrimSpace(after)
	}
	if len(line) < 2 || line[0] != '-' && line[0] != '@' || strings.ContainsRune(line, 0) {
		return Option{}, versions, errLine
	}
	// An option of two words has a space between them; in any other it is part
	// of the value.
	first, second := line, ""
	if i := strings.IndexAny(line, " \t"); i > 0 {
		first, second = line[:i], line[i:]
	}
	if _, takesNext := twoWords[first]; takesNext && second != "" {
		return NewOption("", first, strings.TrimSpace(second)), versions, nil
	}
	return NewOption("", line), versions, nil
}

func parseVersions(text string) (versionRange, error) {
	from, to, isRange := strings.Cut(text, "-")
	first, err := strconv.ParseUint(from, 10, 16)
	if err != nil || first == 0 {
		return versionRange{}, errVersions
	}
	r := versionRange{int(first), int(first)}
	switch {
	case isRange && to == "":
		r.to = math.MaxInt
	case isRange:
		last, err := strconv.ParseUint(to, 10, 16)
		if err != nil || last < first {
			return versionRange{}, errVersions
		}
		r.to = int(last)
	}
	return r, nil
}

// misfit tells why an option can't stand in the file.
func (o Option) misfit(version Version) error {
	first := o.Words[0]
	name, rest, spaced := strings.Cut(first, " ")
	_, needsValue := twoWords[first]
	switch {
	case isWhatToRun(first):
		return notToChoose(first)
	case needsValue && len(o.Words) == 1:
		return fmt.Errorf("%s has no value (write it behind, in the same line)", first)
	case spaced && !strings.Contains(name, "=") && !strings.HasPrefix(name, "-D") && strings.HasPrefix(strings.TrimSpace(rest), "-"):
		return errTwo
	case !isOption(first, version):
		return errLine
	}
	return nil
}

// unreadable tells of an option that a version reads otherwise: 8 takes @FILE,
// and the value behind -p, for the main class.
func (o Option) unreadable(version Version) error {
	options, wrong := ParseOptions(o.Words, o.Source, version)
	if len(wrong) == 1 && errors.Is(wrong[0], errExpanded) {
		return wrong[0]
	}
	if len(wrong) > 0 || len(options) != 1 {
		return fmt.Errorf("not an option of Java %d (write 9-: before it)", version.Feature)
	}
	return nil
}
