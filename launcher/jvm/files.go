package jvm

import (
	"fmt"
	"strings"
)

// A fileKind is how options are written in a file, and which option names it.
type fileKind struct {
	prefix string // of the option that names the file
	since  int    // the feature release that the option came with
	split  func(text, path string, version Version) []word
}

// fileKinds are the files of options that java or the JVM reads by itself.
// Sources: libjli's args.c; parse_vm_options_file and process_settings_file
// in HotSpot's arguments.cpp.
var fileKinds = []fileKind{
	{prefix: "@", since: argumentFiles, split: splitArgumentFile},
	{prefix: "-XX:VMOptionsFile=", since: 9, split: splitVMOptionsFile},
	{prefix: "-XX:Flags=", since: 1, split: splitFlagsFile},
}

// namedFile gives the file of options that an option names.
func (o Option) namedFile(version Version) (kind fileKind, path string, names bool) {
	for _, kind := range fileKinds {
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
		if !names {
			looked = append(looked, o)
			continue
		}
		text, err := read(path)
		if err == nil {
			o.Holds = group(kind.split(text, path, version), version)
		}
		if kind.prefix == "@" {
			if err != nil {
				err = fmt.Errorf("%w (java would not start: name a readable file)", err)
			} else {
				err = misplaced(o.Holds, version)
			}
			if err != nil {
				wrong = append(wrong, fmt.Errorf("the argument file %s: %w", path, err))
			}
		}
		looked = append(looked, o)
	}
	return looked, wrong
}

// misplaced tells of words in an argument file that choose what runs.
func misplaced(options []Option, version Version) error {
	for _, o := range options {
		line := o.Source[strings.LastIndexByte(o.Source, ':')+1:]
		if whatToRun[o.Words[0]] || strings.HasPrefix(o.Words[0], "--module=") {
			return fmt.Errorf("line %s: %w", line, notToChoose(o.Words[0]))
		}
		if !isOption(o.Words[0], version) || o.Words[0][0] == '@' {
			return fmt.Errorf("line %s: neither an option nor an option's value (put a value with spaces in quotes)", line)
		}
	}
	return nil
}

// splitVMOptionsFile cuts a file of -XX:VMOptionsFile as HotSpot does: like a
// variable, without comments.
func splitVMOptionsFile(text, path string, _ Version) []word { return splitQuoted(text, path) }

// splitFlagsFile cuts a file of -XX:Flags as HotSpot does: a flag without its
// -XX: ends at white space or, between quotes, at the line's end; # begins a
// comment between them.
func splitFlagsFile(text, path string, _ Version) []word {
	var words []word
	for number, line := range strings.Split(text, "\n") {
		for line = strings.TrimLeft(line, spaces); line != "" && line[0] != '#'; line = strings.TrimLeft(line, spaces) {
			var flag string
			flag, line = cutFlag(line)
			words = append(words, word{"-XX:" + flag, lineOf(path, number+1)})
		}
	}
	return words
}

// cutFlag takes a flag off the front of a line.
func cutFlag(line string) (flag, rest string) {
	var quote byte
	for i := range len(line) {
		c := line[i]
		switch {
		case i > 0 && quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && isSpace(c):
			return flag, line[i:]
		default:
			flag += string([]byte{c})
		}
	}
	return flag, ""
}
