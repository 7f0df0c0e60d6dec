package jvm_test

import (
	"slices"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func TestParseBytes(t *testing.T) {
	for _, test := range []struct {
		text string
		want jvm.Bytes
	}{
		{"0", 0},
		{"1", 1},
		{"512m", 512 * jvm.MiB},
		{"2G", 2 * jvm.GiB},
		{"1536k", 1536 * jvm.KiB},
		{"0x10m", 16 * jvm.MiB},
		{"0XFF", 255},
	} {
		got, err := jvm.ParseBytes(test.text)
		if err != nil || got != test.want {
			t.Errorf("ParseBytes(%q) = %v, %v, want %v", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{"", "m", "-1m", "+1m", "1.5g", "12q", "1mb", "99999999999g", " 1m"} {
		if got, err := jvm.ParseBytes(text); err == nil {
			t.Errorf("ParseBytes(%q) = %v, want an error", text, got)
		}
	}
}

func FuzzParseBytes(f *testing.F) {
	for _, text := range []string{"0", "512m", "2g", "1023", "7t"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := jvm.ParseBytes(text)
		if err != nil {
			return
		}
		if again, err := jvm.ParseBytes(size.String()); err != nil || again != size {
			t.Errorf("%q is %d, written %q, which is %d (%v)", text, size, size, again, err)
		}
	})
}

func TestParseHeap(t *testing.T) {
	for text, want := range map[string]string{"auto": "auto", "AUTO": "auto", "60%": "60%", "37.5%": "37.5%", "300m": "300m", "2G": "2g"} {
		if heap, err := jvm.ParseHeap(text); err != nil || heap.String() != want {
			t.Errorf("ParseHeap(%q) = %v, %v, want %s", text, heap, err, want)
		}
	}
	for _, text := range []string{"12q", "0%", "101%", "-5%", "NaN%", "1m", "", "60 %"} {
		if heap, err := jvm.ParseHeap(text); err == nil {
			t.Errorf("ParseHeap(%q) = %v, want an error", text, heap)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, test := range []struct {
		parse   func(string) (jvm.Version, error)
		text    string
		feature int
		whole   string
	}{
		{jvm.ParseRelease, "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.21.0.3\"\nJAVA_VERSION_DATE=\"2026-10-24\"\n", 17, "17.0.21.0.3"},
		{jvm.ParseRelease, "JAVA_VERSION=\"1.8.0_472\"\n", 8, "1.8.0_472"},
		{jvm.ParseRelease, "JAVA_VERSION=\"26\"\n", 26, "26"},
		{jvm.ParseRelease, "JAVA_VERSION=\"27-ea\"\n", 27, "27-ea"},
		{jvm.ParseFullVersion, "openjdk full version \"1.8.0_492-b09\"\n", 8, "1.8.0_492-b09"},
		{jvm.ParseFullVersion, "openjdk full version \"17.0.15+6-Debian-1deb12u1\"\n", 17, "17.0.15+6-Debian-1deb12u1"},
	} {
		got, err := test.parse(test.text)
		if err != nil || got.Feature != test.feature || got.Text != test.whole {
			t.Errorf("%q: got %d %q, %v, want %d %q", test.text, got.Feature, got, err, test.feature, test.whole)
		}
	}
	for _, text := range []string{"", "JAVA_VERSION=17", "JAVA_VERSION=\"abc\"", "JAVA_VERSION=\"99999\"", "JAVA_VERSION=\"0\""} {
		if got, err := jvm.ParseRelease(text); err == nil {
			t.Errorf("ParseRelease(%q) = %v, want an error", text, got)
		}
	}
}

func TestReleaseModules(t *testing.T) {
	for text, want := range map[string]int{
		"JAVA_VERSION=\"17\"\nMODULES=\"java.base java.logging\"\n": 2, "JAVA_VERSION=\"1.8.0_1\"\n": 0, "MODULES=\"java.base": 0,
	} {
		if got := jvm.ReleaseModules(text); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzVersion(f *testing.F) {
	f.Add("JAVA_VERSION=\"17.0.1\"")
	f.Add("openjdk full version \"1.8.0_492-b09\"")
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func(string) (jvm.Version, error){jvm.ParseRelease, jvm.ParseFullVersion} {
			if v, err := parse(text); err == nil && (v.Feature <= 0 || v.Feature > 999) {
				t.Errorf("%q: feature %d", text, v.Feature)
			}
		}
		if modules := jvm.ReleaseModules(text); slices.Contains(modules, "") {
			t.Errorf("%q: modules %q", text, modules)
		}
	})
}
