package launcher

import (
	"slices"
	"strings"
	"testing"
)

func TestMaskWords(t *testing.T) {
	for _, test := range []struct{ words, want []string }{
		{[]string{"-Ddb.password=x y"}, []string{"-Ddb.password=(set)"}},
		{[]string{"-DAPI_KEY=x", "-Dapi-key=x", "-Dapikey=x"}, []string{"-DAPI_KEY=(set)", "-Dapi-key=(set)", "-Dapikey=(set)"}},
		{[]string{"-Dprivate.key=x", "-Dmy.Secret=x", "-Dcredentials=x"}, []string{"-Dprivate.key=(set)", "-Dmy.Secret=(set)", "-Dcredentials=(set)"}},
		{[]string{"--token=x", "--token", "x", "y"}, []string{"--token=(set)", "--token", "(set)", "y"}},
		{[]string{"--password", "--verbose"}, []string{"--password", "--verbose"}},
		{[]string{"-Durl=jdbc:postgresql://me:x@db/y?a=b"}, []string{"-Durl=jdbc:postgresql://me:(set)@db/y?a=b"}},
		{[]string{"-Durl=jdbc:db?user=me&password=x&ssl=on"}, []string{"-Durl=jdbc:db?user=me&password=(set)&ssl=on"}},
		{[]string{"-Durl=amqp://me:p@ss@mq/x"}, []string{"-Durl=amqp://me:(set)@mq/x"}},
		{[]string{`-Djson={"password": "x", "a": 1}`}, []string{`-Djson={"password": "(set)", "a": 1}`}},
		{[]string{"-javaagent:/a.jar=host=h,authToken=x,port=1"}, []string{"-javaagent:/a.jar=host=h,authToken=(set),port=1"}},
		{[]string{"-Dgreeting=hello", "-Xmx1g", "http://db/x", "a@b"}, []string{"-Dgreeting=hello", "-Xmx1g", "http://db/x", "a@b"}},
		{[]string{"-Dpassword=", "-Dtoken"}, []string{"-Dpassword=", "-Dtoken"}},
	} {
		if got := maskWords(test.words); !slices.Equal(got, test.want) {
			t.Errorf("%q is shown as %q, want %q", test.words, got, test.want)
		}
	}
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
