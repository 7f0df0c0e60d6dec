package jvm

import (
	"strings"
	"testing"
	"unicode"
)

// head is the beginning of a real hs_err file with two of its lines exchanged.
func head(what, frame string) string {
	return "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n" + what + "\n#\n" +
		"# JRE version: OpenJDK Runtime Environment (17.0.21+1) (build 17.0.21.0.3+1-1-Debian)\n" +
		"# Java VM: OpenJDK 64-Bit Server VM (17.0.21.0.3+1-1-Debian, mixed mode, sharing, tiered, g1 gc, linux-amd64)\n" +
		"# Problematic frame:\n" + frame + "\n#\n# No core dump will be written.\n"
}

func TestCrashCause(t *testing.T) {
	const segv = "#  SIGSEGV (0xb) at pc=0x00007f0318dffefc (sent by kill), pid=1, tid=110"
	for _, test := range []struct{ text, want string }{
		{head("#  SIGSEGV (0xb) at pc=0x00007f819d171efc, pid=84, tid=0x00007f819d0d3b80", "# C  [libc.so.6+0x9cefc]"), "SIGSEGV in libc.so.6"},
		{head(segv, "# C  [libc.so.6+0x9cefc]  __futex_abstimed_wait_cancelable64+0x1c"), "SIGSEGV in libc.so.6"},
		{head("#  SIGBUS (0x7) at pc=0x0000000000001234, pid=1, tid=2", "# V  [libjvm.so+0xabc]  Unsafe_PutInt+0x1"), "SIGBUS in libjvm.so"},
		{head(segv, "# J 123 c2 com.acme.Foo.crash(I)V (5 bytes) @ 0x00007f [0x00007f+0x1]"), "SIGSEGV in com.acme.Foo.crash"},
		{head(segv, "# J 1484 C2 com.acme.Foo$Bar.<init>()V (5 bytes) @ 0x00007f [0x00007f+0x1]"), "SIGSEGV in com.acme.Foo$Bar.<init>"},
		{head(segv, "# J 12% c1 com.acme.Foo.loop()V (5 bytes) @ 0x00007f"), "SIGSEGV in com.acme.Foo.loop"},
		{head(segv, "# j  sun.misc.Unsafe.putInt(JI)V+0"), "SIGSEGV in sun.misc.Unsafe.putInt"},
		{head(segv, "# v  ~StubRoutines::jbyte_disjoint_arraycopy"), "SIGSEGV"},
		{head(segv, "# C  0x0000000000000000"), "SIGSEGV"},
		{head(segv, "# C  [evil\x1b[31m name+0x1]"), "SIGSEGV"},
		{head(segv, "# C  [\u202elibc+0x1]"), "SIGSEGV"},
		{"#  SIGSEGV (0xb) at pc=0x1\r\n# Problematic frame:\r\n# C  [libz.so+0x1]\r\n", "SIGSEGV in libz.so"},
		{head("#  Internal Error (heapRegion.cpp:123), pid=1, tid=2\n#  guarantee(false) failed: no", "# none"), "internal error at heapRegion.cpp:123"},
		{
			"#\n# There is insufficient memory for the Java Runtime Environment to continue.\n" +
				"# Native memory allocation (mmap) failed to map 12288 bytes for committing reserved memory.\n", "out of native memory",
		},
		{"# Problematic frame:\n# C  [libc.so.6+0x9cefc]\n" + segv + "\n", "SIGSEGV"},
		{"", ""},
		{"#  SIGsegv (0xb) at pc=0x1\n", ""},
		{"once upon a time", ""},
	} {
		if got := CrashCause(test.text); got != test.want {
			t.Errorf("%q, want %q, of\n%s", got, test.want, test.text)
		}
	}
}

// Whoever may write into the folder decides what is in the file, and not what a
// line of ours looks like.
func FuzzCrashCause(f *testing.F) {
	f.Add(head("#  SIGSEGV (0xb) at pc=0x00007f0318dffefc, pid=1, tid=110", "# C  [libc.so.6+0x9cefc]"))
	f.Add("#  Internal Error (a.cpp:1), pid=1\n")
	f.Fuzz(func(t *testing.T, text string) {
		cause := CrashCause(text)
		if len(cause) > 250 || strings.ContainsFunc(cause, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
			t.Errorf("%q", cause)
		}
	})
}
