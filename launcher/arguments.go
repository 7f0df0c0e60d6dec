package launcher

import (
	"errors"
	"strings"

	"jvm-entrypoint/launcher/jvm"
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
	// A check prints what it finds, as lines or as objects.
	Check     Mode = "check"
	CheckJSON Mode = "check=json"
	Version   Mode = "version"
	// Train makes, in an image's build, what a start is faster with.
	Train Mode = "train"
)

// IsCheck tells the two modes of a check.
func (m Mode) IsCheck() bool { return m == Check || m == CheckJSON }

// Command is the command line, understood.
type Command struct {
	Mode Mode
	// JavaVersion is the version that a dry run is to assume; Feature 0 where
	// it is the installed one.
	JavaVersion jvm.Version
	Arguments   []string // the application's
}

// ParseArguments takes our own flags off the front of the command line. They
// are read only before the first other argument, and -- ends them; the rest is
// the application's and stays as it is. A wrong one is a *SettingError.
func ParseArguments(arguments []string) (Command, error) {
	c := Command{Mode: Start, Arguments: arguments}
	for len(c.Arguments) > 0 {
		name, value, hasValue := strings.Cut(c.Arguments[0], "=")
		if !c.isOurs(name) || name == "--" && hasValue {
			return c, nil
		}
		c.Arguments = c.Arguments[1:]
		if name == "--" {
			return c, nil
		}
		if name == "--java-version" && !hasValue && len(c.Arguments) > 0 {
			value, c.Arguments = c.Arguments[0], c.Arguments[1:]
		}
		if err := c.take(name, value, hasValue); err != nil {
			return c, err
		}
		if c.Mode.IsCheck() && c.JavaVersion.Feature > 0 {
			return c, &SettingError{Name: "--java-version", Err: errors.New("a check tries the java that is here (use --dry-run=explain --java-version N)")}
		}
	}
	return c, nil
}

// isOurs tells our flags from an application's. --java-version is ours only
// where nothing is started, so that a start takes as little as it can.
func (c Command) isOurs(name string) bool {
	switch name {
	case "--", "--entrypoint-help", "--entrypoint-version", "--dry-run", "--check", "--train":
		return true
	case "--java-version":
		return c.Mode == Line || c.Mode == JSON || c.Mode == Explain || c.Mode.IsCheck()
	}
	return false
}

// take obeys one of our flags.
func (c *Command) take(name, value string, hasValue bool) (err error) {
	switch name {
	case "--entrypoint-help":
		c.Mode, c.Arguments = Help, nil
	case "--entrypoint-version":
		c.Mode, c.Arguments = Version, nil
	case "--dry-run":
		c.Mode = Mode(value)
		if !hasValue {
			c.Mode = Line
		}
		if c.Mode != Line && c.Mode != JSON && c.Mode != Explain {
			return &SettingError{Name: "--dry-run=" + shown(value), Err: errors.New("unknown form (use line, json or explain; -- before it if it is the application's)")}
		}
		return nil
	case "--java-version":
		if c.JavaVersion, err = jvm.ParseVersion(value); err != nil {
			return &SettingError{Name: name, Value: value, Err: errors.New("not a Java version (use 25, 17.0.2 or 1.8.0_504)")}
		}
		return nil
	case "--train":
		c.Mode = Train
	case "--check":
		c.Mode = Check
		if hasValue {
			c.Mode = Mode("check=" + value)
		}
		if !c.Mode.IsCheck() {
			return &SettingError{Name: "--check=" + shown(value), Err: errors.New("unknown form (use --check or --check=json; -- before it if it is the application's)")}
		}
		return nil
	}
	if hasValue {
		return &SettingError{Name: name, Err: errors.New("takes no value (leave it out)")}
	}
	return nil
}
