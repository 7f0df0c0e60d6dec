package launcher

import (
	"errors"
	"strings"
)

// Mode is what the command line asks for.
type Mode string

// The modes, dry runs by the form that they print.
const (
	Start   Mode = "start"
	Line    Mode = "line"
	JSON    Mode = "json"
	Explain Mode = "explain"
	Help    Mode = "help"
	Version Mode = "version"
)

// ParseArguments takes our own flags off the front of the command line. They
// are read only before the first other argument, and -- ends them; the rest is
// the application's and stays as it is. A wrong one is a *SettingError.
func ParseArguments(arguments []string) (Mode, []string, error) {
	mode := Start
	for len(arguments) > 0 {
		name, value, hasValue := strings.Cut(arguments[0], "=")
		switch name {
		case "--":
			if !hasValue {
				return mode, arguments[1:], nil
			}
			return mode, arguments, nil
		case "--entrypoint-help":
			mode = Help
		case "--entrypoint-version":
			mode = Version
		case "--dry-run":
			if !hasValue {
				value = string(Line)
			}
			switch Mode(value) {
			case Line, JSON, Explain:
				mode = Mode(value)
			default:
				return mode, nil, &SettingError{Name: "--dry-run=" + shown(value), Err: errors.New("unknown form (use line, json or explain; -- before it if it is the application's)")}
			}
		case "--check":
			return mode, nil, &SettingError{Name: arguments[0], Err: errors.New("is not built yet (use --dry-run=explain; -- before it if it is the application's)")}
		default:
			return mode, arguments, nil
		}
		if hasValue && name != "--dry-run" {
			return mode, nil, &SettingError{Name: name, Err: errors.New("takes no value (leave it out)")}
		}
		if mode == Help || mode == Version {
			return mode, nil, nil
		}
		arguments = arguments[1:]
	}
	return mode, arguments, nil
}
