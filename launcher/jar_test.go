package launcher

import (
	"strings"
	"testing"
)

func TestMainAttribute(t *testing.T) {
	for _, test := range []struct{ name, manifest, want string }{
		{"line feeds", "Manifest-Version: 1.0\nMain-Class: a.B\n\n", "a.B"},
		{"both", "Manifest-Version: 1.0\r\nMain-Class: a.B\r\n\r\n", "a.B"},
		{"carriage returns", "Manifest-Version: 1.0\rMain-Class: a.B\r\r", "a.B"},
		{"without an end", "Main-Class: a.B", "a.B"},
		{"in other letters", "MAIN-class: a.B\n", "a.B"},
		{"that goes on", "Main-Class: a.\r\n B\r\nX: y\r\n", "a.B"},
		{"that goes on twice", "Main-Class: a\n .\n B\n", "a.B"},
		{"that goes on with a space of its own", "Main-Class: a\n  B\n", "a B"},
		{"that goes on behind a carriage return", "Main-Class: a.\r B\rX: y\r", "a.B"},
		{"whose name goes on", "Main-\n Class: a.B\n", "a.B"},
		{"with a colon in it", "Main-Class: file:/a\n", "file:/a"},
		{"without a space", "Main-Class:a.B\n", "a.B"},
		{"the first of two", "Main-Class: a.B\nMain-Class: c.D\n", "a.B"},
		{"of another section", "Manifest-Version: 1.0\n\nName: x\nMain-Class: a.B\n", ""},
		{"of another section, by carriage returns", "Manifest-Version: 1.0\r\rMain-Class: a.B\r", ""},
		{"in the middle of another", "X-Main-Class: a.B\n", ""},
		{"in another's rest", "X: y\n Main-Class: a.B\n", ""},
		{"none", "", ""},
		{"without a value", "Main-Class\nMain-Class:\n", ""},
	} {
		if got := mainAttribute(test.manifest, "Main-Class"); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// An attribute is one line of the first section, whatever ends lines there.
func FuzzMainAttribute(f *testing.F) {
	f.Add("Manifest-Version: 1.0\r\nMain-Class: a.\r\n B\r\n\r\nName: x\r\n")
	f.Add("a: b\rMain-Class: c\n d")
	f.Fuzz(func(t *testing.T, manifest string) {
		got := mainAttribute(manifest, "Main-Class")
		if strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q has the end of a line in it", got)
		}
		unix := mainAttribute(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(manifest), "Main-Class")
		if got != unix {
			t.Errorf("%q, with line feeds %q", got, unix)
		}
		if behind := mainAttribute(strings.TrimRight(manifest, "\r\n")+"\n\nX: y\n", "X"); manifest != "" && behind != "" && !strings.Contains(strings.ToUpper(manifest), "X") {
			t.Errorf("%q is of another section", behind)
		}
	})
}
