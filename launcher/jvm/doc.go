// Package jvm knows the java command's options: how a line or a file of them is
// split, which words make one option, what an option sets, which of two options
// gives way, which versions take it, and how large a heap fits a container.
//
// It is pure: it reads no environment, no files and no network. A value goes in, a
// value comes out. Of the launcher it knows names alone, for what it tells people.
package jvm
