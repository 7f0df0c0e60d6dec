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
