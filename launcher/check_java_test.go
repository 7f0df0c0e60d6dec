package launcher

import (
	"slices"
	"testing"
)

// What java repeats of its variables is not quoted, however many lines it has.
func TestWhatJavaPickedUpIsNotQuoted(t *testing.T) {
	environ := Environment{
		"JAVA_TOOL_OPTIONS=-Ddb.password=\"first\nHUNTER2 part\"\n-Dx=[warning]",
		"JDK_JAVA_OPTIONS=-Da=\"b\nWARNING: HUNTER2\"",
		"_JAVA_OPTIONS=-Xmx1g",
	}
	said := "NOTE: Picked up JDK_JAVA_OPTIONS: " + environ.get("JDK_JAVA_OPTIONS") + "\n" +
		"Picked up JAVA_TOOL_OPTIONS: " + environ.get("JAVA_TOOL_OPTIONS") + "\n" +
		"Picked up _JAVA_OPTIONS: -Xmx1g\n"
	for _, test := range []struct {
		text, refusal string
		warnings      []string
	}{
		{said, "", nil},
		{said[:len(said)-4], "", nil},
		{said[:90], "", nil}, // as of a value that is longer than what we read
		{said + "Invalid maximum heap size: -Xmx1g\nError: Could not create the Java Virtual Machine.\n", "Invalid maximum heap size: -Xmx1g", nil},
		{said + "OpenJDK VM warning: odd\n", "OpenJDK VM warning: odd", []string{"odd"}},
	} {
		text := withoutVariables(test.text, environ)
		if got := refusalOf(text); got != test.refusal {
			t.Errorf("%q is quoted as %q, want %q", test.text, got, test.refusal)
		}
		if got := warningsOf(text); !slices.Equal(got, test.warnings) {
			t.Errorf("%q warns of %q, want %q", test.text, got, test.warnings)
		}
	}
}
