package launcher

import (
	"errors"
	"testing"
)

// What ENTRYPOINT_STRICT refuses is told, each kind of it.
func TestEveryLackIsTold(t *testing.T) {
	for kind := lackKind(1); kind < lackKinds; kind++ {
		if row := lackTable[kind]; row.what == "" || row.cost == "" {
			t.Errorf("kind %d has no row", kind)
		}
	}
	for _, d := range defaultOptions {
		if (d.missing != nil) != (d.lacks != lacksNothing) && d.name != archiveName { // without which a start is slower, no more
			t.Errorf("%s: what it misses is of kind %d", d.name, d.lacks)
		}
	}
}

// Each kind of lack is a warning by itself, and a refusal where ENTRYPOINT_STRICT
// says so. A kind that is new needs a case here.
func TestStrictRefusesEachLack(t *testing.T) {
	failed := errors.New("failed")
	cases := map[lackKind]struct {
		environ string
		change  func(f *Facts, r *Request)
	}{
		lacksLogs:        {"", func(f *Facts, _ *Request) { f.Logs.Err = failed }},
		lacksDumps:       {"", func(f *Facts, _ *Request) { f.Dumps.Err = failed }},
		lacksJMX:         {"", func(f *Facts, _ *Request) { f.AgentErr = failed }},
		lacksNativeAgent: {"", func(f *Facts, _ *Request) { f.Heapster, f.HeapsterErr = heapsterPath, failed }},
		lacksHostIP:      {"", func(f *Facts, _ *Request) { f.HostIP.Err = failed }},
		lacksTask:        {"", func(f *Facts, _ *Request) { f.Task.Err = failed }},
		lacksStatsd:      {"", func(f *Facts, _ *Request) { f.Network.Err = failed }},
		lacksModule:      {"JVM_DEBUG_PORT=5005", func(_ *Facts, r *Request) { r.Program.Modules = agentModules }},
		// Those of the files of JMX's protection are found before, and those of ports by a check alone.
		lacksValidity: {"", func(_ *Facts, r *Request) { r.Protection.lacks = []lack{{lacksValidity, "expired", "refused"}} }},
		lacksValue:    {"", func(_ *Facts, r *Request) { r.Protection.lacks = []lack{{lacksValue, "empty", "nothing"}} }},
	}
	for kind := lackKind(1); kind < lackKinds; kind++ {
		test, found := cases[kind]
		if !found {
			if kind != lacksPort {
				t.Errorf("kind %d has no case", kind)
			}
			continue
		}
		f, r := container(), request(t, test.environ)
		test.change(&f, &r)
		p := plan(t, r, f)
		if len(p.lacks) != 1 || p.lacks[0].kind != kind || len(p.Warnings) != 1 {
			t.Errorf("kind %d: lacks %v, warnings %q", kind, p.lacks, p.Warnings)
		}
		r.Settings.Strict = true
		if _, err := NewPlan(r, f); ExitCode(err) != ExitSetting {
			t.Errorf("kind %d: strict gives %v", kind, err)
		}
	}
}
