// Package jmx says where a service's JMX port is reached: what a target is, which
// address of it a client takes, how it is printed, and why a target has none.
//
// It is pure: no environment, files or network. Who is asked is told by the
// packages that ask: docker and ecs.
package jmx
