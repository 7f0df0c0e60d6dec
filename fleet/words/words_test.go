package words

import "testing"

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "",
		"two words: é, 語":  "two words: é, 語",
		`a "quoted" one\n`: `a "quoted" one\n`,
		"line\nline":       `"line\nline"`,
		"\x1b[2J":          `"\x1b[2J"`,
		"\u009b31m":        `"\u009b31m"`,
		"a\u202eb":         `"a\u202eb"`,
		"no-break\u00a0":   `"no-break\u00a0"`,
		"\x9b31m":          `"\x9b31m"`,
		"cut \xe8\xaa":     `"cut \xe8\xaa"`,
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q is printed as %s, want %s", text, got, want)
		}
	}
}
