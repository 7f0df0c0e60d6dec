package jvm

import (
	"errors"
	"strings"
	"unicode"

	"github.com/kballard/go-shellquote"
)

// Split cuts a line into words as a POSIX shell does, quotes and backslashes
// included; nothing is expanded and # starts no comment.
func Split(line string) ([]string, error) {
	words, err := shellquote.Split(line)
	switch {
	case errors.Is(err, shellquote.UnterminatedSingleQuoteError):
		return nil, errors.New("a ' is never closed")
	case errors.Is(err, shellquote.UnterminatedDoubleQuoteError):
		return nil, errors.New(`a " is never closed`)
	case errors.Is(err, shellquote.UnterminatedEscapeError):
		return nil, errors.New(`a \ at the end escapes nothing`)
	}
	return words, err
}

// Quote writes a word so that a POSIX shell reads exactly it.
func Quote(word string) string {
	if word != "" && strings.IndexFunc(word, needsQuotes) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// needsQuotes is true of whatever is not plain in every POSIX shell, wherever
// it stands in a word.
func needsQuotes(r rune) bool {
	return !(r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-+_./:=,@%", r)))
}

// SplitVariable cuts JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS or _JAVA_OPTIONS as
// the JVM does: by white space, where either kind of quote keeps it in a word
// and a backslash is an ordinary character. An open quote runs to the end.
// Source: parse_options_buffer in HotSpot's arguments.cpp.
func SplitVariable(value string) []string {
	var words []string
	var word strings.Builder
	var quote byte
	inWord := false
	for _, c := range []byte(value) {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, inWord = c, true
		case quote == 0 && isSpace(c):
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// JoinVariable writes words so that SplitVariable, and the JVM, reads exactly
// them.
func JoinVariable(words []string) string {
	var parts []string
	for _, word := range words {
		if word == "" || strings.ContainsAny(word, " \t\n\v\f\r'\"") {
			// No kind of quote can hold itself; the other kind can.
			word = `"` + strings.ReplaceAll(word, `"`, `"'"'"`) + `"`
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}

// isSpace is C's isspace, which is what HotSpot splits at.
func isSpace(c byte) bool { return strings.IndexByte(" \t\n\v\f\r", c) >= 0 }
