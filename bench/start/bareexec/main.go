// Command bareexec becomes the program that its arguments name: what a Go
// program that only execs costs, as the reference of the start benchmark.
package main

import (
	"os"
	"syscall"
)

func main() {
	if err := syscall.Exec(os.Args[1], os.Args[1:], os.Environ()); err != nil {
		os.Exit(1)
	}
}
