package prune

import (
	"errors"
	"io/fs"
	"strconv"

	"jvm-entrypoint/fleet/words"
)

// shown is a name as it can be printed. A long one is cut.
func shown(name string) string {
	const most = 4096
	if len(name) > most {
		return strconv.Quote(name[:most]) + "..."
	}
	return words.Plain(name)
}

// cause is an error without the path that a message has already.
func cause(err error) error {
	if in, ok := errors.AsType[*fs.PathError](err); ok {
		return in.Err
	}
	return err
}
