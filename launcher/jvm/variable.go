package jvm

import (
	"fmt"
	"strings"
)

// The variables that hold options and that the JVM, or from 9 on the java
// command, reads by itself.
const (
	ToolOptions = "JAVA_TOOL_OPTIONS"
	JDKOptions  = "JDK_JAVA_OPTIONS" // read from 9 on
	JavaOptions = "_JAVA_OPTIONS"
)

// Variables are all of them.
var Variables = []string{ToolOptions, JDKOptions, JavaOptions}

// ParseVariable reads the options of a variable that is not ours. Nothing in it
// is refused: that is the JVM's to do.
func ParseVariable(name, value string, version Version) []Option {
	if name == JDKOptions && !version.AtLeast(argumentFiles) {
		return nil
	}
	words := SplitVariable(value)
	if name != JDKOptions && !version.AtLeast(9) {
		if len(value) >= toolOptionsRoom {
			return nil
		}
		words = words[:min(len(words), toolOptionsMost)]
	}
	return group(wordsOf(words), name, version)
}

// What 8 takes of JAVA_TOOL_OPTIONS and _JAVA_OPTIONS: nothing of a value with
// this many bytes, and no more words than these. It says so of neither.
const (
	toolOptionsRoom = 1024
	toolOptionsMost = 64
)

// SplitVariable cuts a variable as the JVM does. Sources: parse_options_buffer
// in HotSpot's arguments.cpp, and expand in libjli's args.c, which agree but
// for a quote that is never closed: the java command refuses it.
func SplitVariable(value string) []string {
	var words []string
	for _, w := range splitQuoted(value) {
		words = append(words, w.text)
	}
	return words
}

// splitQuoted cuts a text by white space. Either kind of quote keeps it in a
// word, a backslash is an ordinary character, and an open quote runs to the
// end.
func splitQuoted(text string) []word {
	var words []word
	var current strings.Builder
	var quote byte
	inWord, line, began := false, 1, 0
	for _, c := range []byte(text) {
		if c == '\n' {
			line++
		}
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote == 0 && isSpace(c):
			if inWord {
				words = append(words, word{current.String(), began})
				current.Reset()
			}
			inWord = false
			continue
		}
		if !inWord {
			inWord, began = true, line
		}
		if quote == 0 && (c == '\'' || c == '"') {
			quote = c
		} else {
			current.WriteByte(c)
		}
	}
	if inWord {
		words = append(words, word{current.String(), began})
	}
	return words
}

// lineOf is the source of what stands in a line of a file.
func lineOf(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// JoinVariable writes words so that SplitVariable, and the JVM, reads exactly
// them.
func JoinVariable(words []string) string {
	var parts []string
	for _, word := range words {
		if word == "" || strings.ContainsAny(word, spaces+`'"`) {
			// No kind of quote can hold itself; the other kind can.
			word = `"` + strings.ReplaceAll(word, `"`, `"'"'"`) + `"`
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}

// spaces are what C's isspace is true of, which is where HotSpot splits.
const spaces = " \t\n\v\f\r"

func isSpace(c byte) bool { return strings.IndexByte(spaces, c) >= 0 }
