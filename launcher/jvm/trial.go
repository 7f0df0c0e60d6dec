package jvm

import (
	"slices"
	"strings"
)

// quiet goes behind all options of a trial: a crash, too, leaves no file, and
// no page of the heap is touched that the container may not have.
var quiet = []string{"-XX:-UsePerfData", "-XX:-AlwaysPreTouch", "-XX:ErrorFile=/dev/null"}

// Trial gives options as java can be tried with them and nothing happens by
// that but that it judges them. Of a file with options that act the others are
// left, without the file. Quiet also switches off what acts by default.
func Trial(options []Option, isQuiet bool) []string {
	var words, logs []string
	archive := slices.ContainsFunc(Leaves(options), func(o Option) bool {
		name, _, on := o.parts()
		return on && name == autoArchive
	})
	for _, o := range options {
		kept, _ := o.filter(func(leaf Option) bool {
			if log, toFile := leaf.logToNowhere(); toFile {
				logs = append(logs, log)
				return false
			}
			name, _, _ := leaf.parts()
			return !leaf.acts() && !(archive && name == "-XX:SharedArchiveFile")
		})
		for _, k := range kept {
			words = append(words, k.Words...)
		}
	}
	words = append(words, logs...)
	if isQuiet {
		words = append(words, quiet...)
	}
	return words
}

// acts tells whether java would reach beyond its own process by an option, though
// it only told its version.
func (o Option) acts() bool {
	name, value, _ := o.parts()
	switch name {
	case "-XX:AOTMode":
		return value == "record" || value == "create"
	case "-Djava.security.manager":
		return !slices.Contains([]string{"", "default", "allow", "disallow"}, value) // a class of the service's
	}
	return slices.ContainsFunc(acts, func(a act) bool { return !a.isTried && a.has(o) })
}

// logToNowhere is an -Xlog that writes to a file, with another file.
func (o Option) logToNowhere() (word string, toFile bool) {
	what, file, rest := o.logParts()
	if file == "" {
		return "", false
	}
	decorators, _, _ := strings.Cut(rest, ":")
	return "-Xlog:" + what + ":file=/dev/null:" + decorators + ":filecount=0", true
}

// logParts cuts -Xlog:WHAT:OUTPUT:DECORATORS:OPTIONS; the file is empty where it
// writes to none: to a stream, which has a number, too, or where async's mode is set.
// A file's name with a colon in it is quoted.
func (o Option) logParts() (what, file, rest string) {
	selection, found := strings.CutPrefix(o.Words[0], "-Xlog:")
	what, output, hasOutput := strings.Cut(selection, ":")
	if !found || !hasOutput || what == "async" {
		return what, "", ""
	}
	if quoted, isQuoted := strings.CutPrefix(strings.TrimPrefix(output, "file="), `"`); isQuoted {
		file, rest, _ = strings.Cut(quoted, `"`)
		return what, file, strings.TrimPrefix(rest, ":")
	}
	file, rest, _ = strings.Cut(output, ":")
	if isStream(file) {
		return what, "", ""
	}
	return what, strings.TrimPrefix(file, "file="), rest
}

// Agent tells the file of an agent that an option loads by its path.
func (o Option) Agent() (path string, isJava, found bool) {
	kind, value, _ := strings.Cut(o.Words[0], ":")
	path, _, _ = strings.Cut(value, "=")
	return path, kind == "-javaagent", kind == "-javaagent" || kind == "-agentpath"
}
