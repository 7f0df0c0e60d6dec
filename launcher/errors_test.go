package launcher

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShown(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	for value, want := range map[string]string{
		"plain":                    "plain",
		"two words":                `"two words"`,
		"a\x9b2J":                  `"a\x9b2J"`,
		a(81):                      a(80) + "...",
		a(79) + "€€":               a(79) + "...",
		a(78) + "éb":               a(78) + "é...",
		strings.Repeat("東", 30):    strings.Repeat("東", 26) + "...",
		strings.Repeat("\x80", 90): `"` + strings.Repeat(`\x80`, 80) + `..."`,
	} {
		if got := shown(value); got != want {
			t.Errorf("%q is shown as %s, want %s", value, got, want)
		}
	}
}

func TestQuotedCutsNoCharacter(t *testing.T) {
	if got := quoted(strings.Repeat("€", quotedMost)); !utf8.ValidString(got) || len(got) < quotedMost {
		t.Errorf("%d bytes, %q", len(got), got)
	}
}
