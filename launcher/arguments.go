package launcher

import (
	"errors"
	"strings"
)

// Act is what the command line asks for.
type Act string

// The acts, dry runs by the form that they print.
const (
	Start   Act = "start"
	Line    Act = "line"
	JSON    Act = "json"
	Explain Act = "explain"
	Help    Act = "help"
	Version Act = "version"
)

// ParseArguments takes our own flags off the front of the command line. They
// are read only before the first other argument, and -- ends them; the rest is
// the application's and stays as it is. A wrong one is a *SettingError.
func ParseArguments(arguments []string) (Act, []string, error) {
	act := Start
	for len(arguments) > 0 {
		name, value, hasValue := strings.Cut(arguments[0], "=")
		switch name {
		case "--":
			if !hasValue {
				return act, arguments[1:], nil
			}
			return act, arguments, nil
		case "--entrypoint-help":
			act = Help
		case "--entrypoint-version":
			act = Version
		case "--dry-run":
			if !hasValue {
				value = string(Line)
			}
			switch Act(value) {
			case Line, JSON, Explain:
				act = Act(value)
			default:
				return act, nil, &SettingError{Name: "--dry-run=" + shown(value), Err: errors.New("unknown form (use line, json or explain; -- before it if it is the application's)")}
			}
		case "--check":
			return act, nil, &SettingError{Name: arguments[0], Err: errors.New("is not built yet (use --dry-run=explain; -- before it if it is the application's)")}
		default:
			return act, arguments, nil
		}
		if hasValue && name != "--dry-run" {
			return act, nil, &SettingError{Name: name, Err: errors.New("takes no value (leave it out)")}
		}
		if act == Help || act == Version {
			return act, nil, nil
		}
		arguments = arguments[1:]
	}
	return act, arguments, nil
}
