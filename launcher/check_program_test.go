package launcher

import (
	"slices"
	"testing"
	"testing/fstest"

	"jvm-entrypoint/launcher/host"
)

func TestMissingFilesAreCounted(t *testing.T) {
	for _, test := range []struct{ files, want []string }{
		{[]string{"/a.jar"}, nil},
		{[]string{"/a.jar", "/b.jar"}, []string{"JVM_CLASS_PATH x: it names /b.jar, which is not there (java overlooks it)"}},
		{[]string{"/b.jar", "/a.jar", "/c.jar"}, []string{"JVM_CLASS_PATH x: it names 2 files that are not there, /b.jar the first (java overlooks them)"}},
	} {
		c := checker{sys: System{Outside: host.Outside{Root: fstest.MapFS{"a.jar": {}}}}}
		c.missing(classPlace{"JVM_CLASS_PATH", "x"}, "it", test.files)
		if !slices.Equal(c.advice, test.want) {
			t.Errorf("%q: %q, want %q", test.files, c.advice, test.want)
		}
	}
}
