package jvm

import (
	"errors"
	"fmt"
	"strings"
)

// A fileKind is how options are written in a file, and which option names it.
type fileKind struct {
	prefix string // of the option that names the file
	since  int    // the feature release that reads it
	inFile bool   // whether it is read where it stands in another file
	split  func(text string, version Version) []word
}

// fileKinds are the files of options that java or the JVM reads by itself.
// Sources: libjli's args.c; parse_vm_options_file and process_settings_file
// in HotSpot's arguments.cpp.
var fileKinds = []fileKind{
	{prefix: "@", since: argumentFiles, split: splitArgumentFile},
	{prefix: "-XX:VMOptionsFile=", since: 9, inFile: true, split: splitVMOptionsFile},
	{prefix: flagsFile, since: 1, inFile: true, split: splitFlagsFile},
}

const flagsFile = "-XX:Flags="

// isFlagsFile tells the file that HotSpot reads before all else, wherever its
// option stands.
func (o Option) isFlagsFile() bool { return strings.HasPrefix(o.Words[0], flagsFile) }

// NamesFile tells whether an option names a file of options.
func (o Option) NamesFile(version Version) bool {
	_, _, names := o.namedFile(version)
	return names
}

// namedFile gives the file of options that an option names.
func (o Option) namedFile(version Version) (kind fileKind, path string, names bool) {
	// HotSpot's own variables know no argument files, and on 8 no others either.
	ownVariable := o.Source == ToolOptions || o.Source == JavaOptions
	for _, kind := range fileKinds {
		if ownVariable && (!kind.inFile || !version.AtLeast(9)) {
			continue
		}
		if path, found := strings.CutPrefix(o.Words[0], kind.prefix); found && path != "" && version.AtLeast(kind.since) {
			return kind, path, true
		}
	}
	return fileKind{}, "", false
}

// LookInto gives options with what is in the files that they name. What is
// wrong is an argument file that can't be read, for which java would not start,
// or what does not belong in one; of other files the JVM is the judge.
func LookInto(options []Option, version Version, read func(path string) (string, error)) (looked []Option, wrong []error) {
	for _, o := range options {
		kind, path, names := o.namedFile(version)
		if names {
			var err error
			if o, err = o.opened(kind, path, version, read, 2); err != nil && !kind.inFile {
				wrong = append(wrong, fmt.Errorf("%sthe argument file %s: %w", o.place(), path, err))
			}
		}
		looked = append(looked, o)
	}
	return looked, wrong
}

// opened is an option with what is in the file that it names. The files that
// are named in there are opened too, but for argument files, which java does
// not look for there; levels is how deep they may lie.
func (o Option) opened(kind fileKind, path string, version Version, read func(path string) (string, error), levels int) (Option, error) {
	text, err := read(path)
	if err != nil {
		return o, fmt.Errorf("%w (java would not start: name a readable file)", err)
	}
	words := kind.split(text, version)
	switch {
	case strings.ContainsRune(text, 0):
		return o, errors.New("has a NUL byte in it, where java stops reading (take it out)")
	case len(words) > mostWords:
		return o, fmt.Errorf("has more than %d words (write fewer)", mostWords)
	}
	held := group(words, path, version)
	if !kind.inFile {
		err = misplaced(held, version)
	}
	for _, one := range held {
		if inner, path, names := one.namedFile(version); names && inner.inFile && levels > 0 {
			one, _ = one.opened(inner, path, version, read, levels-1)
		}
		o.Holds = append(o.Holds, one)
	}
	return o, err
}

// place begins an error with the line of a file where an option stands.
func (o Option) place() string {
	if strings.Contains(o.Source, ":") {
		return o.Source + ": "
	}
	return ""
}

// mostWords bounds what a file can cost; real ones have some hundred.
const mostWords = 20000

// misplaced tells of words in an argument file that choose what runs.
func misplaced(options []Option, version Version) error {
	for _, o := range options {
		line := o.Source[strings.LastIndexByte(o.Source, ':')+1:]
		if isWhatToRun(o.Words[0]) {
			return fmt.Errorf("line %s: %w", line, notToChoose(o.Words[0]))
		}
		if len(o.Words) == 1 && takesNext(o.Words[0], nil, version) {
			return fmt.Errorf("line %s: %s at the end has no value (write it behind)", line, o.Words[0])
		}
		if !isOption(o.Words[0], version) || o.Words[0][0] == '@' {
			return fmt.Errorf("line %s: neither an option nor an option's value (put a value with spaces in quotes)", line)
		}
	}
	return nil
}

// splitVMOptionsFile cuts a file of -XX:VMOptionsFile as HotSpot does: like a
// variable, without comments.
func splitVMOptionsFile(text string, _ Version) []word { return splitQuoted(text) }

// splitFlagsFile cuts a file of -XX:Flags as HotSpot does: a flag without its
// -XX: ends at white space or, between quotes, at the line's end; # begins a
// comment between them.
func splitFlagsFile(text string, _ Version) []word {
	var words []word
	for number, line := range strings.Split(text, "\n") {
		for line = strings.TrimLeft(line, spaces); line != "" && line[0] != '#'; line = strings.TrimLeft(line, spaces) {
			var flag string
			flag, line = cutFlag(line)
			words = append(words, word{"-XX:" + flag, number + 1})
		}
	}
	return words
}

// cutFlag takes a flag off the front of a line.
func cutFlag(line string) (flag, rest string) {
	var quote byte
	var text []byte
	for i := range len(line) {
		c := line[i]
		switch {
		case i > 0 && quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && isSpace(c):
			return string(text), line[i:]
		default:
			text = append(text, c)
		}
	}
	return string(text), ""
}
