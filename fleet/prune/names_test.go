package prune

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestParsePattern(t *testing.T) {
	for _, c := range []struct{ text, fixed, below, err string }{
		{text: "/var/log/*/*/containers/ID", fixed: "/var/log", below: "*/*/containers"},
		{text: "/var/log/acme/*/containers/ID", fixed: "/var/log/acme", below: "*/containers"},
		{text: "/heap_dumps/ID", fixed: "/heap_dumps"},
		{text: "/srv/*/ID", fixed: "/srv", below: "*"},
		{text: "/srv/a b/*/ID", fixed: "/srv/a b", below: "*"},
		{text: "", err: "not a whole path"},
		{text: "var/log/ID", err: "not a whole path"},
		{text: "ID", err: "not a whole path"},
		{text: "/", err: "does not end with /ID"},
		{text: "/var/log", err: "does not end with /ID, which stands for the container's id (write /var/log/ID)"},
		{text: "/var/log/*", err: "does not end with /ID"},
		{text: "/var/log/ID/", err: "does not end with /ID"},
		{text: "/var/log/id", err: "does not end with /ID"},
		{text: "/var/log/*ID", err: "does not end with /ID"},
		{text: "/ID", err: "could be anywhere"},
		{text: "/*/ID", err: "could be anywhere"},
		{text: "/*/containers/ID", err: "could be anywhere"},
		{text: "/v*/containers/ID", err: "could be anywhere"},
		{text: "/var//log/ID", err: "has more in it"},
		{text: "/var/../etc/ID", err: "has more in it"},
		{text: "/var/./log/ID", err: "has more in it"},
		{text: "//ID", err: "has more in it"},
		{text: "/var/ID/containers/ID", err: "has more in it"},
		{text: "/var/log/**/containers/ID", err: "a star stands for a whole name (write * in place of **)"},
		{text: "/var/log/web-*/containers/ID", err: "a star stands for a whole name"},
		{text: "/var/log\n/web-*/ID", err: `"/var/log\n/web-*/ID": a star`},
	} {
		p, err := ParsePattern(c.text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %v, want %s", c.text, err, c.err)
			}
			continue
		}
		if err != nil || p.fixed != c.fixed || path.Join(p.below...) != c.below || p.String() != c.text {
			t.Errorf("%q is %q and %q (%v)", c.text, p.fixed, p.below, err)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, text := range []string{"/var/log/*/*/containers/ID", "/a/ID", "/*/ID", "//ID", "/../ID", "/a/**/ID"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		if p.String() != text || len(p.fixed) < 2 || strings.Contains(p.fixed, star) || path.Clean(p.fixed) != p.fixed {
			t.Errorf("%q is %q and %q", text, p.fixed, p.below)
		}
		for _, name := range p.names() {
			if name == "" || name == "." || name == ".." || strings.Contains(name, "/") {
				t.Errorf("%q has %q in it", text, name)
			}
		}
		if !p.meets(p) {
			t.Errorf("%q does not meet itself", text)
		}
	})
}

func TestDistinct(t *testing.T) {
	for _, c := range []struct {
		a, b string
		meet bool
	}{
		{"/var/log/*/containers/ID", "/var/log/*/containers/ID", true},
		{"/var/log/*/containers/ID", "/var/log/web/containers/ID", true},
		{"/var/log/*/*/ID", "/var/log/web/*/ID", true},
		{"/var/log/*/web/ID", "/var/log/acme/*/ID", true},
		{"/var/log/*/containers/ID", "/var/log/*/heap_dumps/ID", false},
		{"/var/log/*/containers/ID", "/var/log/*/*/containers/ID", false},
		{"/var/log/web/ID", "/var/log/app/ID", false},
	} {
		a, errA := ParsePattern(c.a)
		b, errB := ParsePattern(c.b)
		if errA != nil || errB != nil || (Distinct([]Pattern{a, b}) != nil) != c.meet || (Distinct([]Pattern{b, a}) != nil) != c.meet {
			t.Errorf("%s and %s meet: not %t (%v %v)", c.a, c.b, c.meet, errA, errB)
		}
	}
}

// FuzzIsID holds it against the same in other words.
func FuzzIsID(f *testing.F) {
	same := regexp.MustCompile(`\A([0-9a-f]{12}|[0-9a-f]{64})\z`)
	for _, name := range []string{short(gone), gone, "", "..", short(gone) + "\n", strings.ToUpper(gone), gone[:63] + "\x00", gone[:62] + "é"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if IsID(name) != same.MatchString(name) {
			t.Errorf("%q: %t", name, IsID(name))
		}
	})
}

// FuzzKnown holds the search against a walk through all.
func FuzzKnown(f *testing.F) {
	f.Add(short(gone), gone, running)
	f.Add(running, running, gone)
	f.Fuzz(func(t *testing.T, name, a, b string) {
		known, err := NewKnown([]string{a, b}, false)
		if err != nil || !IsID(name) {
			return
		}
		if known.Has(name) != (strings.HasPrefix(a, name) || strings.HasPrefix(b, name)) {
			t.Errorf("%q of %q and %q: %t", name, a, b, known.Has(name))
		}
	})
}

func TestKnown(t *testing.T) {
	known, err := NewKnown([]string{gone2, running, gone}, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		short(running): true, running: true, short(gone): true, gone2: true, short(gone3): false, gone3: false,
		running[:11] + "f": false, running[:63] + "f": false, strings.Repeat("0", 12): false, strings.Repeat("f", 64): false,
	} {
		if known.Has(name) != want {
			t.Errorf("%s: %t", name, !want)
		}
	}
	if (Known{}).Has(short(gone)) {
		t.Error("nobody has a folder")
	}
}

func TestShown(t *testing.T) {
	for name, want := range map[string]string{
		"plain name": "plain name", "ünï": "ünï", "a\nb": `"a\nb"`, "\x1b[2J": `"\x1b[2J"`, "\x9b2J": `"\x9b2J"`, "\u009b2J": `"\u009b2J"`, "\u202e": `"\u202e"`,
		strings.Repeat("a", 5000): `"` + strings.Repeat("a", 4096) + `"...`,
	} {
		if got := shown(name); got != want {
			t.Errorf("%q is shown as %s", name, got)
		}
	}
}
