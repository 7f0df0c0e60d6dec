package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"jvm-entrypoint/bench/memory/torture"
)

// record is a cell's result as a line of a file, so that a table that takes hours
// can be measured in several runs.
type record struct {
	Cell   string
	Result torture.Result
}

func (k key) String() string {
	return fmt.Sprintf("%s/%d/%s/%s", k.profile, k.limit, k.rule, k.java)
}

func parseKey(text string) (k key, err error) {
	parts := strings.Split(text, "/")
	if len(parts) != 4 {
		return k, fmt.Errorf("%q is no cell", text)
	}
	k = key{profile: parts[0], rule: parts[2], java: parts[3]}
	k.limit, err = strconv.Atoi(parts[1])
	return k, err
}

// earlier reads the results of earlier runs; of a cell that was measured twice the later one.
func earlier(file string) (map[key]torture.Result, error) {
	results := map[key]torture.Result{}
	if file == "" {
		return results, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return results, nil
	}
	for line := range strings.Lines(string(text)) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		k, err := parseKey(r.Cell)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		results[k] = r.Result
	}
	return results, err
}

// keep appends a result to a file.
func keep(file string, k key, result torture.Result) error {
	if file == "" {
		return nil
	}
	result.Output = "" // long, and only tests read it
	line, err := json.Marshal(record{k.String(), result})
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = out.Write(append(line, '\n'))
	return errors.Join(err, out.Close())
}
