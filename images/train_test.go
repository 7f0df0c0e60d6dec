package images

import (
	"fmt"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// image VARIABLE FROM FOLDER builds the folder's Dockerfile, in which ${FROM} is an image; VARIABLE is the new one's
// name. With ! the build must fail, and stdout is what it printed: no step is taken from a cache, whose output is gone.
func image(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, len(args) == 3, "image VARIABLE FROM FOLDER")
	name := fmt.Sprintf("jvm-entrypoint-test:story-%d", time.Now().UnixNano())
	out, err := output(ts, "docker", "build", "--no-cache", "--progress=plain", "--label", label, "--tag", name, "--build-arg", "FROM="+args[1], ts.MkAbs(args[2]))
	fmt.Fprint(ts.Stdout(), out)
	switch {
	case neg && err == nil:
		ts.Fatalf("was built\n%s", out)
	case !neg && err != nil:
		ts.Fatalf("%v\n%s", err, out)
	}
	ts.Setenv(args[0], name)
}
