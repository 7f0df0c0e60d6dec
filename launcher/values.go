package launcher

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jvm-entrypoint/launcher/jvm"
)

// The types of settings. Each reads its own text, and its error says what is
// wrong and, in brackets, what to write instead.

// Words is a line of words as a shell splits it.
type Words []string

// UnmarshalText splits the line. Line ends may be Windows', as in a task
// definition that was written there.
func (w *Words) UnmarshalText(text []byte) (err error) {
	line := strings.ReplaceAll(strings.TrimSuffix(string(text), "\r"), "\r\n", "\n")
	*w, err = jvm.Split(line)
	if err != nil {
		return fmt.Errorf("%w (close it, or put the other kind of quote around it)", err)
	}
	return nil
}

// Switch is true/false, on/off, yes/no or 1/0.
type Switch bool

// UnmarshalText reads any of its forms, in either case.
func (b *Switch) UnmarshalText(text []byte) error {
	switch strings.ToLower(string(text)) {
	case "true", "on", "yes", "1":
		*b = true
	case "false", "off", "no", "0":
		*b = false
	default:
		return errors.New("neither true nor false (use true or false)")
	}
	return nil
}

// Heap is a jvm.Heap as a setting.
type Heap struct{ jvm.Heap }

// UnmarshalText reads auto, a share or a size.
func (h *Heap) UnmarshalText(text []byte) (err error) {
	if h.Heap, err = jvm.ParseHeap(string(text)); err != nil {
		return fmt.Errorf("%w (use auto, 60%% or 512m)", err)
	}
	return nil
}

// Count is how many of something there are, at least one.
type Count int

// UnmarshalText reads 1 to 100000.
func (c *Count) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 32)
	if err != nil || n < 1 || n > 100_000 {
		return errors.New("not a number of 1 to 100000 (use 200)")
	}
	*c = Count(n)
	return nil
}

// Most is how many of something there may be.
type Most int

// UnmarshalText reads 0 to 1000.
func (m *Most) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 16)
	if err != nil || n > 1000 {
		return errors.New("not a number of 0 to 1000 (use 3)")
	}
	*m = Most(n)
	return nil
}

// Tracking is how closely the JVM counts its native memory.
type Tracking string

// UnmarshalText reads off, summary or detail.
func (t *Tracking) UnmarshalText(text []byte) error {
	switch level := strings.ToLower(string(text)); level {
	case "off", "summary", "detail":
		*t = Tracking(level)
		return nil
	}
	return errors.New("unknown (use off, summary or detail)")
}

// ClassPath is what java looks for classes in.
type ClassPath string

// UnmarshalText refuses what java would take for an argument file.
func (c *ClassPath) UnmarshalText(text []byte) error {
	if strings.HasPrefix(string(text), "@") {
		return errors.New("begins with @, which java takes for an argument file (write ./@ for @)")
	}
	*c = ClassPath(text)
	return nil
}

// Folder is an absolute path, or nothing where it is "off".
type Folder string

// UnmarshalText reads a path or off.
func (f *Folder) UnmarshalText(text []byte) error {
	switch path := string(text); {
	case strings.EqualFold(path, "off"):
		*f = ""
	case path[0] != '/' || strings.ContainsRune(path, 0):
		return errors.New("not an absolute path (use /a/folder or off)")
	default:
		*f = Folder(path)
	}
	return nil
}

// File is a path, or nothing where it is "off".
type File string

// UnmarshalText reads a path or off.
func (f *File) UnmarshalText(text []byte) error {
	switch path := string(text); {
	case strings.EqualFold(path, "off"):
		*f = ""
	case strings.ContainsRune(path, 0):
		return errors.New("not a path (use /app/jvm.options or off)")
	default:
		*f = File(path)
	}
	return nil
}

// Port is a TCP port; 0 is a free one.
type Port uint16

// UnmarshalText reads 0 to 65535.
func (p *Port) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 16)
	if strings.HasPrefix(string(text), "tcp://") {
		return errors.New("a link to a Kubernetes Service of this name (set the port, or enableServiceLinks: false, or name the Service otherwise)")
	}
	if err != nil {
		return errNoPort
	}
	*p = Port(n)
	return nil
}

var errNoPort = errors.New("not a port (use 1 to 65535, or 0 for a free one)")

// DebugPort is a TCP port that a debugger has to know; 0 where none is set.
type DebugPort Port

// UnmarshalText reads 1 to 65535.
func (p *DebugPort) UnmarshalText(text []byte) error {
	var port Port
	err := port.UnmarshalText(text)
	if errors.Is(err, errNoPort) || err == nil && port == 0 {
		return errors.New("not a port for a debugger (use 1 to 65535)")
	}
	*p = DebugPort(port)
	return err
}

// Duration is a time.Duration of no less than nothing.
type Duration time.Duration

// UnmarshalText reads 500ms, 2s or 0.
func (d *Duration) UnmarshalText(text []byte) error {
	duration, err := time.ParseDuration(string(text))
	if err != nil || duration < 0 {
		return errors.New("not a duration (use 500ms or 2s; 0 asks nobody)")
	}
	*d = Duration(duration)
	return nil
}

// Class is the name of a Java class.
type Class string

// UnmarshalText keeps options and paths out; the JVM judges the rest.
func (c *Class) UnmarshalText(text []byte) error {
	isPart := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_$./-", r)
	}
	first, _ := utf8.DecodeRune(text)
	if strings.ContainsFunc(string(text), func(r rune) bool { return !isPart(r) }) || strings.ContainsRune("./-", first) ||
		strings.HasSuffix(string(text), ".java") { // which java would compile
		return errors.New("not a class name (use com.example.Main)")
	}
	*c = Class(text)
	return nil
}

// Address is a host's address or name.
type Address string

// UnmarshalText reads whatever has no space and no control character in it,
// since it goes to java, to log lines and to metric tags.
func (a *Address) UnmarshalText(text []byte) error {
	if strings.ContainsFunc(string(text), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return errors.New("neither an address nor a host name (use 10.0.0.5)")
	}
	*a = Address(text)
	return nil
}

// ID is a container's id. It names folders.
type ID string

// isID tells whether a text can name a container's folder.
func isID(text string) bool {
	isPart := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_.-", r)
	}
	return text != "" && text[0] != '.' && len(text) <= 128 &&
		!strings.ContainsFunc(text, func(r rune) bool { return !isPart(r) })
}

// UnmarshalText reads letters, digits, _ . - without a leading dot.
func (id *ID) UnmarshalText(text []byte) error {
	if !isID(string(text)) {
		return errors.New("not an id (use letters, digits, _ . -, at most 128 and no dot in front)")
	}
	*id = ID(text)
	return nil
}

// Access is who may do what over JMXMP.
type Access string

// UnmarshalText reads off, read-only or full.
func (a *Access) UnmarshalText(text []byte) error {
	switch access := strings.ToLower(string(text)); access {
	case "off", "read-only", "full":
		*a = Access(access)
		return nil
	}
	return errors.New("unknown (use off, read-only or full)")
}

// Bind is where the JMXMP agent listens: auto, or the addresses.
type Bind struct {
	Auto      bool
	Addresses []netip.Addr
}

// UnmarshalText reads auto, loopback, any or a list of addresses.
func (b *Bind) UnmarshalText(text []byte) error {
	switch string(text) {
	case "auto":
		*b = Bind{Auto: true}
		return nil
	case "loopback":
		*b = Bind{Addresses: []netip.Addr{loopback}}
		return nil
	case "any":
		*b = Bind{Addresses: []netip.Addr{netip.IPv4Unspecified()}}
		return nil
	}
	var addresses []netip.Addr
	for one := range strings.SplitSeq(string(text), ",") {
		address, err := netip.ParseAddr(strings.TrimSpace(one))
		if err != nil || address.Zone() != "" {
			return errors.New("not where one can listen (use auto, loopback, any, or addresses such as 127.0.0.1,10.0.0.5)")
		}
		addresses = append(addresses, address)
	}
	*b = Bind{Addresses: addresses}
	return nil
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Agent is the path of a Java agent's jar.
type Agent string

// UnmarshalText refuses what -javaagent would read as arguments.
func (a *Agent) UnmarshalText(text []byte) error {
	if strings.Contains(string(text), "=") {
		return errors.New("has a = in it, where -javaagent ends a path (rename the file)")
	}
	*a = Agent(text)
	return nil
}

// AgentFile is the path of a file that an agent's arguments name.
type AgentFile string

// UnmarshalText refuses what would end the argument.
func (f *AgentFile) UnmarshalText(text []byte) error {
	if strings.Contains(string(text), ",") {
		return errors.New("has a comma in it, where an agent's argument ends (rename the file)")
	}
	*f = AgentFile(text)
	return nil
}

// User is who logs in to JMX.
type User string

// UnmarshalText refuses what would end the argument, and what no name has.
func (u *User) UnmarshalText(text []byte) error {
	switch name := string(text); {
	case strings.ContainsFunc(name, unicode.IsControl):
		return errNoName
	case strings.Contains(name, ","):
		return errors.New("has a comma in it, where an agent's argument ends (put the name into a file, and that into JMXMP_USER_FILE)")
	default:
		*u = User(name)
	}
	return nil
}

var errNoName = errors.New("has control characters in it (use letters and digits)")

// Password is a secret in a variable.
type Password string

// UnmarshalText refuses a line break, which nobody would type: it is left over
// from a file, where one at the end does not count.
func (p *Password) UnmarshalText(text []byte) error {
	if strings.ContainsAny(string(text), "\r\n") {
		return errors.New("has a line break in it (leave it out)")
	}
	*p = Password(text)
	return nil
}

// Classes are names of Java classes, or of packages with .* behind.
type Classes []string

// UnmarshalText reads a list with commas between.
func (c *Classes) UnmarshalText(text []byte) error {
	var names []string
	for one := range strings.SplitSeq(string(text), ",") {
		name := strings.TrimSpace(one)
		if !isClassName(strings.TrimSuffix(name, ".*")) {
			return errors.New("not a list of classes and packages (use com.acme.Order,com.acme.dto.*)")
		}
		names = append(names, name)
	}
	*c = names
	return nil
}

// isClassName tells whether a text is identifiers with dots between.
func isClassName(text string) bool {
	isPart := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_' || r == '$'
	}
	for part := range strings.SplitSeq(text, ".") {
		first, _ := utf8.DecodeRuneInString(part)
		if part == "" || unicode.IsDigit(first) || strings.ContainsFunc(part, func(r rune) bool { return !isPart(r) }) {
			return false
		}
	}
	return true
}

// LogForm is how our own lines look.
type LogForm string

// UnmarshalText reads off, text or json.
func (l *LogForm) UnmarshalText(text []byte) error {
	if !slices.Contains([]string{"off", "text", "json"}, string(text)) {
		return errors.New("unknown (use off, text or json)")
	}
	*l = LogForm(text)
	return nil
}

// Defaults says which default options to leave out.
type Defaults struct {
	Off      bool
	Excluded []string // names
}

// UnmarshalText reads on, off, or -NAME,-NAME.
func (d *Defaults) UnmarshalText(text []byte) error {
	switch strings.ToLower(string(text)) {
	case "on":
		*d = Defaults{}
		return nil
	case "off":
		*d = Defaults{Off: true}
		return nil
	}
	var names []string
	for item := range strings.SplitSeq(string(text), ",") {
		name, minus := strings.CutPrefix(strings.TrimSpace(item), "-")
		if !minus {
			return errors.New("neither on, off nor a list of what to leave out (use -exit-on-oom,-hostname)")
		}
		if !slices.Contains(DefaultNames(), name) {
			return fmt.Errorf("leaves out -%s, which is no default (use any of %s)", name, strings.Join(DefaultNames(), " "))
		}
		names = append(names, name)
	}
	*d = Defaults{Excluded: names}
	return nil
}
