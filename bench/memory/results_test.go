package main

import (
	"path/filepath"
	"testing"

	"jvm-entrypoint/bench/memory/torture"
)

func TestResultsAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results")
	k := key{"large", 256, "java's own", "8"}
	for _, peak := range []int{200, 210} {
		if err := keep(file, k, torture.Result{Peak: peak, Output: "ready"}); err != nil {
			t.Fatal(err)
		}
	}
	results, err := earlier(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 || results[k] != (torture.Result{Peak: 210}) {
		t.Errorf("the file holds %v", results)
	}
	if results, err := earlier(file + "-none"); err != nil || len(results) != 0 {
		t.Errorf("no file holds %v, %v", results, err)
	}
}
