package jvm

import (
	"sort"
	"strings"
)

// row finds a table's row by its first column, and gives the others. The rows
// are sorted by it, byte by byte.
func row(table, key string) (columns []string, found bool) {
	// at is the row that holds a byte of the table.
	at := func(i int) string {
		begin := strings.LastIndexByte(table[:i], '\n') + 1
		end := strings.IndexByte(table[begin:], '\n')
		return table[begin : begin+end]
	}
	first := func(line string) string {
		key, _, _ := strings.Cut(line, "\t")
		return key
	}
	i := sort.Search(len(table)-1, func(i int) bool { return first(at(i)) >= key })
	if i == len(table)-1 || first(at(i)) != key {
		return nil, false
	}
	return strings.Split(at(i), "\t")[1:], true
}
