package jvm

import "strings"

// ErrorLogHead is how many bytes of an hs_err file hold what CrashCause reads.
const ErrorLogHead = 4096

// CrashCause is why a JVM crashed, by the beginning of its hs_err file, as
// HotSpot's vmError.cpp writes it: "SIGSEGV in libfoo.so", "out of native memory",
// "internal error at heap.cpp:12"; empty where the text does not tell. Anybody may
// have written the file, so only what has just this form is taken from it.
func CrashCause(head string) string {
	signal, isFrame := "", false
	for line := range strings.Lines(head) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case isFrame:
			if place := frame(line); place != "" {
				return signal + " in " + place
			}
			return signal
		case line == "# Problematic frame:":
			isFrame = signal != ""
		case signal != "":
		case line == "# There is insufficient memory for the Java Runtime Environment to continue.":
			return "out of native memory"
		case strings.HasPrefix(line, "#  Internal Error ("):
			place, _, closed := strings.Cut(strings.TrimPrefix(line, "#  Internal Error ("), ")")
			if closed && isPlace(place) {
				return "internal error at " + place
			}
		case strings.HasPrefix(line, "#  SIG"):
			name, _, found := strings.Cut(line[len("#  "):], " (0x")
			if found && len(name) <= 12 && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
				signal = name
			}
		}
	}
	return signal
}

// frame is the library or the Java method of a stack's line; empty where it is
// neither.
func frame(line string) string {
	if _, rest, found := strings.Cut(line, "  ["); found && strings.HasPrefix(line, "# ") {
		if library, _, found := strings.Cut(rest, "+0x"); found && isPlace(library) {
			return library
		}
	}
	if !strings.HasPrefix(line, "# J ") && !strings.HasPrefix(line, "# j ") {
		return ""
	}
	for word := range strings.FieldsSeq(line) {
		if method, _, found := strings.Cut(word, "("); found && isPlace(method) {
			return method
		}
	}
	return ""
}

// isPlace tells what can name a file, a library or a method.
func isPlace(text string) bool {
	isPart := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_./+-$<>:", r)
	}
	return text != "" && len(text) <= 200 && !strings.ContainsFunc(text, func(r rune) bool { return !isPart(r) })
}
