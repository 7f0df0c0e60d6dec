package launcher

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The cases that the JMX agent's tests read, too.
func TestMaskWordAsTheAgentDoes(t *testing.T) {
	text, err := os.ReadFile("testdata/secrets.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, want, isMasked := strings.Cut(line, " => ")
		if !isMasked {
			want = word
		}
		if got := maskWord(word); got != want {
			t.Errorf("%s is shown as %s, want %s", word, got, want)
		}
		cases++
	}
	if cases < 50 {
		t.Errorf("%d cases", cases)
	}
}

func TestMaskWords(t *testing.T) {
	for _, test := range []struct{ words, want []string }{
		{[]string{"-Ddb.password=x y"}, []string{"-Ddb.password=(set)"}},
		{[]string{"-DAPI_KEY=x", "-Dapi-key=x", "-Dapikey=x"}, []string{"-DAPI_KEY=(set)", "-Dapi-key=(set)", "-Dapikey=(set)"}},
		{[]string{"-Dprivate.key=x", "-Dmy.Secret=x", "-Dcredentials=x"}, []string{"-Dprivate.key=(set)", "-Dmy.Secret=(set)", "-Dcredentials=(set)"}},
		{[]string{"--token=x", "--token", "x", "y"}, []string{"--token=(set)", "--token", "(set)", "y"}},
		{[]string{"--password", "--verbose"}, []string{"--password", "--verbose"}},
		{[]string{"-Durl=jdbc:postgresql://me:x@db/y?a=b"}, []string{"-Durl=jdbc:postgresql://me:(set)@db/y?a=b"}},
		{[]string{"-Durl=jdbc:db?user=me&password=x&ssl=on"}, []string{"-Durl=jdbc:db?user=me&password=(set)"}},
		{[]string{"-Durl=amqp://me:p@s/s@mq/x"}, []string{"-Durl=amqp://me:(set)@mq/x"}},
		{[]string{`-Dj={"a": 1, "password": "x y,z"}`}, []string{`-Dj={"a": 1, "password":(set)`}},
		{[]string{`-Dj={\"password\":\"x\"}`}, []string{`-Dj={\"password\":(set)`}},
		{[]string{`-Dj={"secret":{"value":["x"]}}`}, []string{`-Dj={"secret":(set)`}},
		{[]string{"-Dpairs=a=1;password=p;x"}, []string{"-Dpairs=a=1;password=(set)"}},
		{[]string{"-Dargs=--verbose --password x"}, []string{"-Dargs=--verbose --password (set)"}},
		{[]string{"-XX:OnError=curl --password: x y"}, []string{"-XX:OnError=curl --password: (set)"}},
		{[]string{"--db-password", "-x"}, []string{"--db-password", "(set)"}},
		{[]string{"-Dtoken", "-Xmx1g"}, []string{"-Dtoken", "-Xmx1g"}},
		{[]string{"-javaagent:/a.jar=host=h,authToken=x,port=1"}, []string{"-javaagent:/a.jar=host=h,authToken=(set)"}},
		{[]string{"-Dgreeting=hello", "-Xmx1g", "http://db/x", "a@b"}, []string{"-Dgreeting=hello", "-Xmx1g", "http://db/x", "a@b"}},
		{[]string{"-Dargs=--db.passwords[0]=x"}, []string{"-Dargs=--db.passwords[0]=(set)"}},
		{[]string{"-Dpassword=", "-Dtoken"}, []string{"-Dpassword=", "-Dtoken"}},
	} {
		if got := maskWords(test.words); !slices.Equal(got, test.want) {
			t.Errorf("%q is shown as %q, want %q", test.words, got, test.want)
		}
	}
}

// Our own lines may speak of a service that is named like a secret.
func TestMaskTextLeavesProse(t *testing.T) {
	for _, line := range []string{
		"BIN_JAR /app/bin/token-service.jar: no jar there",
		"/var/log/secret-santa: permission denied (starting without -Dlog.service.output)",
		"0.1.0, java 17, host token-1 (host name), logs /var/log/token-1, 2ms",
	} {
		if got := maskText(line); got != line {
			t.Errorf("%q became %q", line, got)
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Zürich, 東京 €":     "Zürich, 東京 €",
		"a\nentrypoint: b": `a\nentrypoint: b`,
		"\x1b]0;pwned\a":   `\x1b]0;pwned\a`,
		"gnp.\u202ejar!":   `gnp.\u202ejar!`,
	} {
		if got := plain(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// A word of a megabyte is shown in no time: nothing is looked at twice.
func TestMaskLongTexts(t *testing.T) {
	for _, piece := range []string{" ", `\`, "://a:", "a", "token ", "@", `"`, "pass-", "http://a@", "://a@", "redis", "jdbc:oracle:/", "Pass: "} {
		text := "token" + strings.Repeat(piece, 1<<20/len(piece))
		done := make(chan struct{})
		go func() {
			maskText(text)
			close(done)
		}()
		select {
		case <-done:
		case <-time.After(20 * time.Second): // it takes some milliseconds
			t.Fatalf("token and very many of %q are still looked at", piece)
		}
	}
}

// The patterns say what is a secret; maskText must hide it all, and may hide more.
func FuzzMaskHidesWhatPatternsFind(f *testing.F) {
	userInfo := regexp.MustCompile(`://[^/\s:@]*:(\S+)@`)
	key := regexp.MustCompile(`([\w.-]+)(?:\\*["']?\s*=|\\*["']\s*:|:\S)`)
	for _, text := range []string{"-Ddb.password=x", "http://me:x@host/?token=y&z", `{\"password\" : "x"}`, "a:password=x", "x://a:b@c://d:e@f g@h", "token : x", "'secret' = x", "secret:"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := maskText(text)
		if at := userInfo.FindStringSubmatchIndex(text); at != nil {
			// Behind the first secret key everything is gone.
			if before, _, cut := strings.Cut(got, masked); !cut || !strings.HasPrefix(text, before) || len(before) > at[2] {
				t.Fatalf("%q is shown as %q", text, got)
			}
			return
		}
		text = maskURLs(text)
		for _, at := range key.FindAllStringSubmatchIndex(text, -1) {
			value := at[3] + strings.IndexAny(text[at[3]:], "=:") + 1
			if namesSecret(text[at[2]:at[3]]) && value < len(text) {
				if before, isCut := strings.CutSuffix(got, masked); !isCut || len(before) > value || !strings.HasPrefix(text, before) {
					t.Fatalf("%q is shown as %q", text, got)
				}
				return
			}
		}
	})
}

// What is masked is masked again without harm, since a log line may hold it.
func FuzzMask(f *testing.F) {
	f.Add("-Ddb.password=x")
	f.Add("http://me:x@host/?token=y&z")
	f.Fuzz(func(t *testing.T, text string) {
		once := maskText(text)
		if twice := maskText(once); strings.Count(twice, masked) < strings.Count(once, masked) {
			t.Errorf("%q, masked %q, again %q", text, once, twice)
		}
	})
}
