package launcher

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"jvm-entrypoint/launcher/host"
)

// RunAs is the user, and perhaps the group, that java is to run as: names, or
// numbers. Its zero value is nobody.
type RunAs struct{ User, Group string }

// UnmarshalText reads user, user:group or off.
func (r *RunAs) UnmarshalText(text []byte) error {
	if strings.EqualFold(string(text), "off") {
		*r = RunAs{}
		return nil
	}
	user, group, hasGroup := strings.Cut(string(text), ":")
	isWrong := func(name string) bool {
		_, err := parseID(name)
		return name == "" || errors.Is(err, strconv.ErrRange) ||
			strings.ContainsFunc(name, func(r rune) bool { return r == ':' || unicode.IsSpace(r) || unicode.IsControl(r) })
	}
	if isWrong(user) || hasGroup && isWrong(group) {
		return errors.New("not a user (use name, name:group, 10001:10001 or off)")
	}
	*r = RunAs{user, group}
	return nil
}

// parseID reads the number of a user or a group. The highest is none: the
// kernel takes it for "as it is".
func parseID(text string) (uint32, error) {
	id, err := strconv.ParseUint(text, 10, 32)
	if err == nil && id == math.MaxUint32 {
		err = strconv.ErrRange
	}
	return uint32(id), err
}

// Identity is whom the kernel takes a process for.
type Identity struct {
	Name     string // as it was set
	UID, GID uint32
	Groups   []uint32 // GID among them, in rising order
	Home     string   // as /etc/passwd has it, else /
	RootHome string   // root's
	// NoGroup is set where nobody told a group: GID is 0.
	NoGroup bool
}

// String gives the name, and the numbers where those are not the name.
func (id Identity) String() string {
	if ids := fmt.Sprintf("%d:%d", id.UID, id.GID); id.Name != ids {
		return fmt.Sprintf("%s (%s)", id.Name, ids)
	}
	return id.Name
}

const jvmRunAs = "JVM_RUN_AS"

// FindRunAs finds whom JVM_RUN_AS means and tries to become it, on a thread
// that ends. It gives nil where java is to run as whoever we are: where it is
// not set, and where we are not root. Its error is a *SettingError.
func FindRunAs(s Settings, sys System) (*Identity, error) {
	if s.JVMRunAs.User == "" {
		return nil, nil
	}
	wrong := func(err error) error {
		return &SettingError{Name: jvmRunAs, Value: s.Env.get(jvmRunAs), Err: err}
	}
	var files [2]string
	for i, name := range []string{"/etc/passwd", "/etc/group"} {
		text, err := host.ReadText(sys.Root, name, accountsMost)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, wrong(fmt.Errorf("%s: %w (it tells users and groups)", name, cause(err)))
		}
		files[i] = text
	}
	// A name that nobody has is wrong whoever we are.
	id, err := s.JVMRunAs.find(files[0], files[1])
	if err != nil {
		return nil, wrong(err)
	}
	if sys.UID() != 0 {
		return nil, nil
	}
	id.Name = s.Env.get(jvmRunAs)
	if err := sys.as(&id, func() error { return nil }); err != nil {
		return nil, err
	}
	return &id, nil
}

// accountsMost bounds /etc/passwd and /etc/group, in bytes.
const accountsMost = 1 << 20

// find looks names up in the texts of /etc/passwd and /etc/group, as docker run
// --user does: a user without a group gets its own, and those that it is a
// member of; a number that nobody has needs no entry, and its group is 0.
func (r RunAs) find(passwd, groups string) (Identity, error) {
	user, ok := lookUp(passwd, r.User)
	switch {
	case !ok:
		return Identity{}, errors.New("no such user in /etc/passwd (name one that is there, or write numbers, as 10001:10001)")
	case user.id == 0:
		return Identity{}, errors.New("is root (name another user; or off, to stay root)")
	}
	root, _ := lookUp(passwd, "0")
	id := Identity{UID: user.id, Home: cmp.Or(user.field(home), "/"), RootHome: cmp.Or(root.field(home), "/")}
	switch {
	case r.Group != "":
		group, ok := lookUp(groups, r.Group)
		if !ok {
			return Identity{}, errors.New("no such group in /etc/group (name one that is there, or write its number)")
		}
		id.GID = group.id
	case user.name != "":
		gid, err := parseID(user.field(primaryGroup))
		if err != nil {
			return Identity{}, errors.New("has no group in /etc/passwd (write user:group)")
		}
		id.GID = gid
		for _, group := range entries(groups) {
			if slices.Contains(strings.Split(group.field(members), ","), user.name) {
				id.Groups = append(id.Groups, group.id)
			}
		}
	default:
		id.NoGroup = true
	}
	id.Groups = append(id.Groups, id.GID)
	slices.Sort(id.Groups)
	id.Groups = slices.Compact(id.Groups)
	return id, nil
}

// entry is a line of /etc/passwd or /etc/group: name:password:number, and more.
type entry struct {
	name   string
	id     uint32
	fields []string
}

// The fields behind the number.
const (
	primaryGroup = 3 // of a user
	home         = 5
	members      = 3 // of a group
)

func (e entry) field(i int) string {
	if i < len(e.fields) {
		return e.fields[i]
	}
	return ""
}

// entries leaves out the lines that are none.
func entries(text string) []entry {
	var list []entry
	for line := range strings.Lines(text) {
		e := entry{fields: strings.Split(strings.TrimSuffix(line, "\n"), ":")}
		var err error
		e.name = e.fields[0]
		if e.id, err = parseID(e.field(2)); err == nil && e.name != "" {
			list = append(list, e)
		}
	}
	return list
}

// lookUp finds the first entry of a name, or of a number. A number that nobody
// has stands for itself.
func lookUp(text, wanted string) (e entry, ok bool) {
	number, err := parseID(wanted)
	isNumber := err == nil
	for _, e := range entries(text) {
		if e.name == wanted || isNumber && e.id == number {
			return e, true
		}
	}
	return entry{id: number}, isNumber
}

// home gives java the home of its user in the place of root's, which Docker has
// set; one that somebody has set stays.
func (r Request) home() []Change {
	if r.RunAs == nil {
		return nil
	}
	had := r.Settings.Env.get("HOME")
	if had != "" && had != r.RunAs.RootHome || had == r.RunAs.Home {
		return nil
	}
	return []Change{{Name: "HOME", Value: r.RunAs.Home}}
}

// ForWhom adds to what was denied whom it was denied to: not to us.
func ForWhom(err error, id *Identity) error {
	if id == nil || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return errors.Join(err, fmt.Errorf("%s %s: it is this user who was denied permission, since java will be (let it read these files, or name another)", jvmRunAs, id))
}

// groupAdvice tells that java is in root's group, where nobody asked for that.
func (r Request) groupAdvice() []string {
	if r.RunAs == nil || !r.RunAs.NoGroup {
		return nil
	}
	return []string{fmt.Sprintf("%s %s: nobody in /etc/passwd has that number, so its group is 0, root's (write %d:%[3]d, or %[3]d:0 where that is meant)",
		jvmRunAs, shown(r.RunAs.Name), r.RunAs.UID)}
}

// Skipped says that java runs as whoever we are, where somebody else was asked
// for; else it is empty.
func (p Plan) Skipped() string {
	s := p.Request.Settings
	if s.JVMRunAs.User == "" || p.Request.RunAs != nil {
		return ""
	}
	return fmt.Sprintf("%s %s is skipped: only root can become another user", jvmRunAs, shown(s.Env.get(jvmRunAs)))
}
