package launcher

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
	"unicode"
)

// Exit codes. Otherwise java has replaced us, and the code is its own.
const (
	ExitOther      = 1
	ExitSetting    = 78  // a wrong setting, or no jar: EX_CONFIG of sysexits.h
	ExitCannotRun  = 126 // java can't be run
	ExitNotFound   = 127 // no java
	ExitTerminated = 143 // SIGTERM before exec: 128 + 15
)

// SettingError is a setting that is wrong: which, what is wrong, and what to
// write instead.
type SettingError struct {
	Name  string
	Value string // empty where it may hold a secret
	Err   error
}

func (e *SettingError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	value := shown(e.Value)
	if mayBeSecret(e.Name, e.Value) {
		value = masked
	}
	return fmt.Sprintf("%s %s: %v", e.Name, value, e.Err)
}

// Unwrap gives the cause.
func (e *SettingError) Unwrap() error { return e.Err }

// JavaError is a java that is not there or can't be run.
type JavaError struct {
	What string // what was looked for or run, as it is shown
	Err  error
	Hint string
}

func (e *JavaError) Error() string {
	return fmt.Sprintf("java: %s: %v (%s)", e.What, cause(e.Err), e.Hint)
}

// Unwrap gives the cause.
func (e *JavaError) Unwrap() error { return e.Err }

// ErrTerminated is SIGTERM before java was there to take it.
var ErrTerminated = errors.New("terminated before java was started")

// ExitCode gives the code for what made a start impossible. A wrong setting
// outweighs the rest, since it is what has to be mended first.
func ExitCode(err error) int {
	var setting *SettingError
	var java *JavaError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &setting):
		return ExitSetting
	case errors.Is(err, ErrTerminated):
		return ExitTerminated
	case errors.As(err, &java) && errors.Is(java, fs.ErrNotExist):
		return ExitNotFound
	case errors.As(err, &java) && (errors.Is(java, fs.ErrPermission) || errors.Is(java, syscall.ENOEXEC)):
		return ExitCannotRun
	}
	return ExitOther
}

// cause spares a message the path that stands in it already.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// shown writes a value for a message: in one line, its ends plain to see, and cut.
func shown(value string) string {
	const most = 80
	value = maskWord(value) // before a cut hides that it is a secret
	if len(value) > most {
		value = value[:most] + "..."
	}
	if strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }) {
		return strconv.Quote(value)
	}
	return value
}
