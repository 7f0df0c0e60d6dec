// Package examples checks what the folders beside it show: with the validators of those who would read the files, and the
// commands that the documents tell people to type. What runs in containers runs in images/testdata/example_*.txtar.
//
// The validators are Python programs, pinned in testdata/requirements.txt, which a test installs once into a virtual
// environment in the user's cache. What is missing on a machine skips what needs it, but with CI=true fails it.
package examples
