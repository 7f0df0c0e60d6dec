package launcher

import "testing"

// What ENTRYPOINT_STRICT refuses is told, each kind of it.
func TestEveryLackIsTold(t *testing.T) {
	for kind := lackKind(1); kind < lackKinds; kind++ {
		if row := lackTable[kind]; row.what == "" || row.cost == "" {
			t.Errorf("kind %d has no row", kind)
		}
	}
	for _, d := range defaultOptions {
		if (d.missing != nil) != (d.lacks != 0) {
			t.Errorf("%s: what it misses is of kind %d", d.name, d.lacks)
		}
	}
}
