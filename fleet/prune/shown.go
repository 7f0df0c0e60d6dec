package prune

import (
	"errors"
	"io/fs"
	"strconv"
	"unicode/utf8"
)

// shown is a name as it can be printed: one with control or other invisible
// characters in it, or with bytes that are no text, is quoted. A long one is cut.
func shown(name string) string {
	const most = 4096
	if len(name) > most {
		return strconv.Quote(name[:most]) + "..."
	}
	for _, letter := range name {
		if letter == utf8.RuneError || !strconv.IsPrint(letter) {
			return strconv.Quote(name)
		}
	}
	return name
}

// cause is an error without the path that a message has already.
func cause(err error) error {
	if in, ok := errors.AsType[*fs.PathError](err); ok {
		return in.Err
	}
	return err
}
